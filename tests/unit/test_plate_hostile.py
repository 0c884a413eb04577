"""Messages written to do harm, or by nobody: refused by rule, and nothing outside is touched."""

import json
import socket
import time
from typing import Any

import pytest

from plate_desk import FIXTURES, MAKERS, Desk

MIB = 1024 * 1024
JSON_MAKERS = sorted(MAKERS)
XML_MAKERS = ("hikvision", "onvif", "genetec", "survision")
ALERT = (FIXTURES / "hikvision/parkpow-anpr.xml").read_text("utf-8")
BODY = ALERT[ALERT.index("<Event") :]
FORM = b'--b\r\nContent-Disposition: form-data; name="json"\r\n\r\n'


def desk(maker: str) -> Desk:
    return Desk(MAKERS[maker](), realm="live", regime="LFP_police")


def laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]>' + BODY.replace("XEXE600", "&l9;")


XML: dict[str, tuple[bytes | str, str]] = {
    "a DOCTYPE": ("<!DOCTYPE a>" + BODY, "xml_doctype"),
    "a billion laughs": (laughs(), "xml_doctype"),
    "an external entity": (
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + BODY.replace("XEXE600", "&x;"),
        "xml_doctype",
    ),
    "an undeclared entity": (BODY.replace("XEXE600", "&x;"), "xml_syntax"),
    "XInclude": (
        BODY.replace(
            "XEXE600",
            '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>',
        ),
        "xml_xinclude",
    ),
    "deep nesting": ("<a>" * 60 + "</a>" * 60, "xml_depth"),
    "a crowd of elements": ("<a>" + "<b/>" * 100_000 + "</a>", "xml_size"),
    "half a message": (BODY[: len(BODY) // 2], "xml_syntax"),
}
JSON: dict[str, tuple[bytes | str, str]] = {
    "no bytes": (b"", "empty"),
    "NaN": ('{"plateUTF8": "X", "data_type": NaN}', "json_syntax"),
    "half a message": ('{"type": "new", "after": {', "json_syntax"),
    "deep nesting": ('{"a":' * 60 + "1" + "}" * 60, "json_depth"),
    "very deep nesting": ("[" * 100_000, "json_syntax"),
    "a crowd of values": ('{"a":[' + "1," * 70_000 + "1]}", "json_size"),
}


@pytest.mark.parametrize("maker", XML_MAKERS)
@pytest.mark.parametrize("name", XML)
def test_harmful_xml_is_refused_by_its_rule(
    maker: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    payload, rule = XML[name]
    room = desk(maker)
    assert room.gets(payload.encode() if isinstance(payload, str) else payload) == []
    assert room.rejected == [rule]


@pytest.mark.parametrize("maker", JSON_MAKERS)
@pytest.mark.parametrize("name", JSON)
def test_harmful_json_is_refused_by_its_rule(maker: str, name: str) -> None:
    payload, rule = JSON[name]
    room = desk(maker)
    assert room.gets(payload.encode() if isinstance(payload, str) else payload) == []
    assert len(room.rejected) == 1
    if (maker, name) not in {("dahua", "no bytes")}:
        assert room.rejected == [rule]


STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    10**400,
    "",
    "x" * 5000,
    "\x00",
    [],
    {},
    [[]],
    {"a": {}},
    "NaN",
]


@pytest.mark.parametrize("maker", JSON_MAKERS)
def test_wild_values_in_any_field_never_raise(maker: str) -> None:
    for path in sorted((FIXTURES / maker).glob("*.json")):
        try:
            sample = json.loads(path.read_bytes())
        except ValueError:
            continue
        for value in STRANGE:
            for keys in _paths(sample):
                changed = json.loads(json.dumps(sample))
                _set(changed, keys, value)
                room = desk(maker)
                told = room.gets(json.dumps(changed).encode())
                assert all(o.source == "anpr:test" for o in told)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """At most three of each list: they are alike."""
    rows: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        rows = list(value.items())
    elif isinstance(value, list):
        rows = list(enumerate(value))[:2]
    found = [(*at, key) for key, _ in rows]
    for key, inside in rows:
        found += _paths(inside, (*at, key))
    return found


def _set(document: Any, keys: tuple[Any, ...], value: Any) -> None:
    for key in keys[:-1]:
        document = document[key]
    document[keys[-1]] = value


@pytest.mark.parametrize("maker", sorted(MAKERS))
@pytest.mark.parametrize(
    "payload",
    [
        b"\xff\xd8\xff\xe0" + bytes(1000),
        b"--\n--\n--\n",
        b"--b\r\n\r\n--b--",
        b"--b\n\n\n--b--",
        b"--" + b"b" * 190 + b"\n" * 2000,
        FORM + b"{}\r\n--b--",
        b"--b\r\nContent-Type: text/xml; charset=\xff\r\n\r\n<a/>",
        b"--b\r\n" + b"x: y\r\n" * 200 + b"\r\n{}\r\n--b--",
        b"\x00" * 4096,
        b"<html><body>Sign in</body></html>",
        b"[]",
        b"{}",
        b"1",
        b'"Heartbeat"',
    ],
)
def test_what_no_camera_says_is_refused_or_warned_of(maker: str, payload: bytes) -> None:
    for content_type in ("", "multipart/form-data; boundary=b", "multipart/mixed"):
        room = Desk(MAKERS[maker](), realm="live", regime="LFP_police")
        assert room.gets(payload, content_type=content_type) == []
        assert room.rejected or room.warned


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_more_bytes_than_are_read_are_refused(maker: str) -> None:
    adapter = MAKERS[maker]()
    room = Desk(adapter, realm="live", regime="LFP_police")
    assert room.gets(b"x" * (adapter.max_bytes + 1)) == []
    assert room.rejected == ["too_large"]


@pytest.mark.parametrize("content_type", ["", "multipart/form-data; boundary=b"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_eight_megabytes_of_picture_cost_little_time(content_type: str, end: bytes) -> None:
    head = b"--b" + end + b"Content-Type: text/xml" + end + end + BODY.encode() + end
    picture = b"--b" + end + b"Content-Type: image/jpeg" + end + end + b"\xff\xd8\n\r-" * (MIB)
    room = desk("hikvision")
    begun = time.process_time()
    told = room.gets((head + picture)[: 8 * MIB], content_type=content_type)
    assert time.process_time() - begun < 1.0  # about 0.03 s; the bound is for slow machines
    assert len(told) == 1


def test_a_crowd_of_readings_in_one_message_is_cut_and_told() -> None:
    room = desk("openalpr")
    group = {"data_type": "alpr_group", "best_uuid": "u", "best_plate_number": "XEXE1"}
    room.gets(json.dumps([group] * 150).encode())
    assert "too_many" in room.warned
    flow = next(value for key, value in room.memory.items() if key.startswith("flow:"))
    assert json.loads(flow)["passages"] == 100


def test_a_message_after_a_bad_one_is_read() -> None:
    room = desk("hikvision")
    room.gets(b"<a>")
    assert room.rejected == ["xml_syntax"]
    assert len(room.gets(ALERT.encode())) == 1
