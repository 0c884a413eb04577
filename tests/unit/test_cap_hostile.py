"""Messages written to do harm: each is refused by rule, and nothing outside is touched."""

import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.contract import Receipt, Translation
from tocsin_adapters.cap import CapAdapter

RECEIPT = Receipt("cap:test", "live", datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC))
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
ALERT = (Path(__file__).parents[1] / "fixtures/cap/own-meteoalarm-wind.xml").read_text("utf-8")
BODY = ALERT[ALERT.index("<alert") :]


def read(payload: bytes | str) -> Translation:
    raw = payload.encode() if isinstance(payload, str) else payload
    return CapAdapter().translate(raw, RECEIPT)


def laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE alert [<!ENTITY l0 "ha">{lines}]>' + BODY.replace("Région fictive", "&l9;")


HOSTILE: dict[str, tuple[bytes | str, str]] = {
    "a DOCTYPE": ("<!DOCTYPE alert>" + BODY, "xml_doctype"),
    "a DOCTYPE behind a comment": ("<?a?>\n<!-- a -->\n<!DOCTYPE alert>" + BODY, "xml_doctype"),
    "an external entity": (
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        + BODY.replace("Région fictive", "&x;"),
        "xml_doctype",
    ),
    "an external subset": (
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY,
        "xml_doctype",
    ),
    "a parameter entity": (
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>' + BODY,
        "xml_doctype",
    ),
    "a billion laughs": (laughs(), "xml_doctype"),
    "a DOCTYPE in UTF-16": (("<!DOCTYPE alert>" + BODY).encode("utf-16"), "xml_doctype"),
    "an undeclared entity": (BODY.replace("Région fictive", "&x;"), "xml_syntax"),
    "XInclude": (
        BODY.replace(
            "<areaDesc>Région fictive",
            '<areaDesc><i:include xmlns:i="http://www.w3.org/2001/XInclude" '
            'href="file:///etc/hostname" parse="text"/>',
        ),
        "xml_xinclude",
    ),
    "deep nesting": ("<a>" * 60 + "</a>" * 60, "xml_depth"),
    "very deep nesting": ("<a>" * 100_000 + "</a>" * 100_000, "xml_depth"),
    "a crowd of elements": ("<a>" + "<b/>" * 100_000 + "</a>", "xml_size"),
    "three megabytes": (BODY.replace("Région fictive", "x" * 3_000_000), "too_large"),
    "no bytes": (b"", "empty"),
    "blanks": (b" \r\n\t ", "empty"),
    "a mark and no more": (b"\xef\xbb\xbf", "empty"),
    "JSON": (b'{"alert": {"identifier": "1"}}', "not_xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_xml"),
    "a broken UTF-16 text": (b"\xff\xfe<\x00a\x00\xd8", "encoding"),
    "UTF-32": (b"\xff\xfe\x00\x00<\x00\x00\x00", "encoding"),
    "a web page": (b"<html><body>Sign in</body></html>", "not_cap"),
    "a truncated alert": (BODY[: len(BODY) // 2], "xml_syntax"),
    "two roots": (BODY + BODY, "xml_syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_is_refused_by_its_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    payload, rule = HOSTILE[name]
    translation = read(payload)
    assert translation.observations == ()
    assert translation.links == ()
    assert [finding.rule for finding in translation.rejections] == [rule]
    assert len(translation.rejections[0].message) <= 300


def test_the_next_good_message_is_read_as_ever() -> None:
    adapter = CapAdapter()
    for payload, _ in HOSTILE.values():
        adapter.translate(payload.encode() if isinstance(payload, str) else payload, RECEIPT)
    assert len(adapter.translate(ALERT.encode(), RECEIPT).observations) == 1


def test_a_doctype_inside_a_text_is_only_a_text() -> None:
    payload = BODY.replace("Région fictive", "<![CDATA[<!DOCTYPE alert>]]>")
    assert len(read(payload).observations) == 1


def zigzag(points: int, seed: int) -> str:
    """A ring that crosses itself as often as it can, the same every time."""
    state, numbers = seed, []
    for _ in range(2 * points):
        state = (state * 1103515245 + 12345) % 2**31
        numbers.append(state / 2**31)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return " ".join(f"{50 + a:.5f},{4 + b:.5f}" for a, b in pairs)


@pytest.mark.parametrize(
    "outlines",
    [
        pytest.param([zigzag(90_000, 1)], id="one ring of 90 000 crossings"),
        pytest.param([zigzag(250, n) for n in range(300)], id="300 rings that cross each other"),
        pytest.param([zigzag(3, n) for n in range(5000)], id="5000 triangles"),
    ],
)
def test_an_area_made_to_be_slow_is_read_in_seconds(outlines: list[str]) -> None:
    area = "".join(f"<polygon>{outline}</polygon>" for outline in outlines)
    started = time.monotonic()
    translation = read(BODY.replace("<areaDesc>Région fictive</areaDesc>", area))
    assert time.monotonic() - started < 10
    assert len(translation.observations) >= 1
    assert any(o.geometry is not None for o in translation.observations)


PAIR = "<parameter><valueName>a</valueName><value>b</value></parameter>"
NAMED = "a,b,2026-01-15T16:00:00+01:00 "
AREA = "<area><areaDesc>x</areaDesc></area>"
SLOW = {
    "words for references": ("<info>", f"<references>{'a b ' * 400_000}</references><info>"),
    "a crowd of references": ("<info>", f"<references>{NAMED * 50_000}</references><info>"),
    "a crowd of parameters": ("<info>", f"<info>{PAIR * 6_000}"),
    "a crowd of areas": ("<area>", f"{AREA * 9_000}<area>"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_message_made_to_be_slow_costs_no_more_than_its_length(name: str) -> None:
    """50 ms is the promise; a busy machine gets twenty times that here."""
    before, after = SLOW[name]
    payload = BODY.replace(before, after, 1)
    started = time.process_time()
    assert read(payload).observations
    assert time.process_time() - started < 1
