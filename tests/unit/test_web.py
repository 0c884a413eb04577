"""The doors to people: who is let in, what is said at the door, and what pages may load."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from deciding import OPERATOR, Room, metres_north
from services import wait_until
from tocsin.engine.inputs import CommandGiven
from tocsin.journal.store import Journal, JournalUnavailable, Quarantined
from tocsin.live.hub import Hub
from tocsin.web.application import make_application
from tocsin.web.contract import openapi, to_text
from tocsin.web.pages import static_prefix
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8765"
SOCKETS = "ws://127.0.0.1:8765"
OURS = {"X-Tocsin": "1"}
HEALTH: dict[str, Any] = {}
EXERCISE = "exercise-one"


class Office:
    """A live realm and an exercise, decided without engines; commands change the live one."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.rooms: dict[str, Room] = {}
        self.hubs: dict[str, Hub] = {}
        self.unavailable = False
        for realm in ("live", EXERCISE):
            room = self.rooms[realm] = Room(realm)
            room.observe("first", facts={"fire": True, "vehicle_reg": "X-EXE-101"})
            room.observe("second", at=metres_north(10))
            journal.commit(realm, room.entries)
            self.hubs[realm] = Hub(
                room.situation,
                clock=lambda: self.rooms["live"].now,
                read=lambda r, after, limit: journal.read(r, after=after, limit=limit),
                health=lambda: HEALTH,
            )
        at = self.rooms["live"].at
        refused = Quarantined(at, "cad:112", "tocsin/v1/live/x", "not_json", "no", b"{bytes")
        journal.commit("live", [], quarantined=[refused])

    async def command(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        if self.unavailable:
            raise JournalUnavailable("The journal's disk is full.", "full")
        room = self.rooms[realm]
        entries = room.decide(CommandGiven(room.at, by, command, capacity))
        self.hubs[realm].announced(entries, room.situation)
        return room.situation.n


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield Office(journal)
    journal.close()


@pytest.fixture
def web(office: Office) -> TestClient:
    hosts = frozenset({"127.0.0.1", "localhost", "::1"})
    rooms = Rooms(office.hubs, office.journal, office.command, hosts)
    return TestClient(make_application(rooms), base_url=HERE, follow_redirects=False)


def closed_with(web: TestClient, path: str, **headers: str) -> tuple[int, str]:
    with (
        pytest.raises(WebSocketDisconnect) as left,
        web.websocket_connect(SOCKETS + path, headers=headers) as socket,
    ):
        socket.receive_text()
    return left.value.code, left.value.reason


# --- who is let in


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "[::1", "192.168.1.4:8765"],
)
def test_a_name_that_merely_leads_here_is_not_us(web: TestClient, host: str) -> None:
    """DNS rebinding: the browser believes that the page and we are one."""
    for path in ("/", "/api/realms", "/realms/live", f"{static_prefix()}/app/main.js"):
        answer = web.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["field"]) == (421, "host")


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:9000", "[::1]:8765", "LOCALHOST"])
def test_our_own_names_are_let_in(web: TestClient, host: str) -> None:
    assert web.get("/api/realms", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://[::1", ""]
)
def test_another_sites_page_may_ask_nothing(web: TestClient, office: Office, origin: str) -> None:
    before = office.hubs["live"].n
    document = {"command": "undo", "entry": 4}
    headers = {"Origin": origin, **OURS}

    posted = web.post("/api/realms/live/commands", json=document, headers=headers)

    assert (posted.status_code, posted.json()["field"]) == (403, "origin")
    assert web.get("/api/realms", headers=headers).status_code == 403
    assert office.hubs["live"].n == before


def test_our_own_page_may_ask(web: TestClient) -> None:
    assert web.get("/api/realms", headers={"Origin": HERE}).status_code == 200


def test_a_socket_of_another_site_is_closed_with_a_reason(web: TestClient) -> None:
    code, reason = closed_with(web, "/realms/live/socket", origin="http://evil.example")
    assert (code, bool(reason)) == (4003, True)
    assert closed_with(web, "/realms/live/socket", host="evil.example")[0] == 4003
    assert closed_with(web, "/realms/live/socket", host="[::1")[0] == 4003


# --- sockets


@pytest.mark.parametrize("wanted", ["abc", "-1", "1.5", "", "٣", "9" * 16, "1e3"])
def test_a_number_that_is_none_closes_the_socket(web: TestClient, wanted: str) -> None:
    code, reason = closed_with(web, f"/realms/live/socket?from={wanted}")

    assert (code, reason) == (4000, "from: not the number of an entry")


def test_an_unknown_realm_closes_the_socket(web: TestClient) -> None:
    assert closed_with(web, "/realms/exercise-two/socket")[0] == 4004


def test_a_screen_gets_hello_and_the_picture_of_its_own_realm(
    web: TestClient, office: Office
) -> None:
    path = f"{SOCKETS}/realms/{EXERCISE}/socket"
    with web.websocket_connect(path, headers={"Origin": HERE}) as socket:
        hello, snapshot = socket.receive_json(), socket.receive_json()
        socket.close()
        wait_until(lambda: office.hubs[EXERCISE].screens == 0, message="the screen to be let go")

    assert (hello["type"], hello["realm"]) == ("hello", EXERCISE)
    assert (snapshot["type"], snapshot["situation"]["realm"]) == ("snapshot", EXERCISE)


# --- REST


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/realms/exercise-two",
        "/realms/live/control",
        "/control",
        f"/realms/{EXERCISE}/exercises",
        "/api/nowhere",
        "/api/realms/exercise-two/situation",
        "/api/realms/exercise-two/journal",
        "/api/realms/live/observations/O-999",
        "/api/realms/live/quarantine/999/raw",
        f"{static_prefix()}/app/nowhere.js",
        "/static/0123456789abcdef/app/main.js",
        "/docs",
    ],
)
def test_what_is_not_there_is_said_in_json(web: TestClient, path: str) -> None:
    answer = web.get(path)

    assert answer.status_code == 404
    assert set(answer.json()) == {"detail", "field"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/realms/live/journal?from=x", "query.from"),
        ("/api/realms/live/journal?from=0", "query.from"),
        (f"/api/realms/live/journal?from={10**30}", "query.from"),
        ("/api/realms/live/journal?limit=5000", "query.limit"),
        ("/api/realms/live/quarantine?limit=0", "query.limit"),
        (f"/api/realms/live/quarantine?before={10**30}", "query.before"),
        ("/api/realms/live/observations/1", "path.observation"),
        (f"/api/realms/live/quarantine/{10**30}/raw", "path.row"),
        (f"/api/realms/{'x' * 99}/situation", "path.realm"),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(
    web: TestClient, path: str, field: str
) -> None:
    answer = web.get(path)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_realms_that_are_open_are_listed(web: TestClient, office: Office) -> None:
    assert {row["realm"]: row["n"] for row in web.get("/api/realms").json()} == {
        realm: hub.n for realm, hub in office.hubs.items()
    }


def test_the_journal_is_told_as_screens_are_shown_it(web: TestClient) -> None:
    entries = web.get("/api/realms/live/journal?from=1&limit=2").json()

    assert [e["n"] for e in entries] == [1, 2]
    assert "vehicle_reg" not in json.dumps(entries)


def test_one_observation_is_told_whole(web: TestClient) -> None:
    told = web.get("/api/realms/live/observations/O-1").json()

    assert (told["n"], told["observation"]["external_id"]) == (1, "first")


def test_quarantined_bytes_are_one_click_away_and_never_run(web: TestClient) -> None:
    [row] = web.get("/api/realms/live/quarantine").json()
    raw = web.get(f"/api/realms/live/quarantine/{row['id']}/raw")

    assert (row["reason"], raw.content) == ("not_json", b"{bytes")
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment")
    assert web.get(f"/api/realms/{EXERCISE}/quarantine").json() == []
    assert web.get(f"/api/realms/{EXERCISE}/quarantine/{row['id']}/raw").status_code == 404


@pytest.mark.parametrize("table", ["measures", "types", "facts"])
def test_the_tables_are_there(web: TestClient, table: str) -> None:
    assert web.get(f"/api/{table}").json()


# --- commands


def test_a_command_is_taken_in_the_operators_name(web: TestClient, office: Office) -> None:
    [joined] = [e for e in office.rooms["live"].entries if e.kind == "observation_joined"]

    answer = web.post(
        "/api/realms/live/commands", json={"command": "undo", "entry": joined.n}, headers=OURS
    )

    assert (answer.status_code, answer.json()) == (202, {"n": office.hubs["live"].n})
    [told] = [e for e in office.rooms["live"].entries if e.kind == "command_received"]
    assert told.body["by"] == OPERATOR
    assert office.hubs[EXERCISE].n == len(office.rooms[EXERCISE].entries)


def test_a_command_is_taken_in_the_capacity_that_the_page_says(
    web: TestClient, office: Office
) -> None:
    answer = web.post(
        "/api/realms/live/commands",
        json={"command": "take", "incident": "I-0001"},
        headers={**OURS, "X-Tocsin-Capacity": "supervisor"},
    )

    assert answer.status_code == 202
    [told] = [e for e in office.rooms["live"].entries if e.kind == "command_received"]
    assert (told.body["by"], told.body["capacity"]) == ("supervisor on this machine", "supervisor")


@pytest.mark.parametrize(
    ("capacity", "status"), [("auditor", 403), ("wall", 403), ("mayor", 409), ("", 409)]
)
def test_a_capacity_without_the_right_is_told_so(
    web: TestClient, office: Office, capacity: str, status: int
) -> None:
    answer = web.post(
        "/api/realms/live/commands",
        json={"command": "take", "incident": "I-0001"},
        headers={**OURS, "X-Tocsin-Capacity": capacity},
    )

    assert (answer.status_code, answer.json()["field"]) == (status, "capacity")
    assert "command_received" not in {e.kind for e in office.rooms["live"].entries}


@pytest.mark.parametrize("headers", [{}, {"X-Tocsin": "0"}, {"X-Tocsin": "yes"}])
def test_a_command_needs_the_word_that_forms_of_other_sites_cannot_say(
    web: TestClient, office: Office, headers: dict[str, str]
) -> None:
    answer = web.post(
        "/api/realms/live/commands", json={"command": "undo", "entry": 4}, headers=headers
    )

    assert (answer.status_code, answer.json()["field"]) == (422, "header.x-tocsin")
    assert "command_received" not in {e.kind for e in office.rooms["live"].entries}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b'{"command": "' + b"x" * 9000 + b'"}', "body"),
        (b"{}", "command"),
        (b'{"command": "declare_phase"}', "command"),
        (b'{"command": "undo"}', "entry"),
        (b'{"command": "undo", "entry": 999}', "entry"),
        (b'{"command": "undo", "entry": 1, "force": true}', "force"),
        (b'{"command": "confirm_tie", "incident": "I-9999", "tie": "x"}', "incident"),
        (b'{"command": "reject_tie", "incident": "I-0001", "tie": "x"}', "note"),
    ],
)
def test_a_command_that_does_not_fit_names_the_field(
    web: TestClient, office: Office, body: bytes, field: str
) -> None:
    before = office.hubs["live"].n

    answer = web.post("/api/realms/live/commands", content=body, headers=OURS)

    assert (answer.status_code, answer.json()["field"]) == (409, field)
    assert answer.json()["detail"]
    assert office.hubs["live"].n == before


def test_a_command_to_an_unknown_realm_is_not_found(web: TestClient) -> None:
    answer = web.post(
        "/api/realms/exercise-two/commands", json={"command": "undo", "entry": 1}, headers=OURS
    )

    assert answer.status_code == 404


def test_while_the_journal_takes_nothing_a_command_is_told_so(
    web: TestClient, office: Office
) -> None:
    office.unavailable = True

    answer = web.post(
        "/api/realms/live/commands", json={"command": "undo", "entry": 4}, headers=OURS
    )

    assert answer.status_code == 503
    assert "not carried out" in answer.json()["detail"]


def test_while_the_journal_cannot_be_read_questions_are_told_so(
    web: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise JournalUnavailable("The journal's database does not answer.", "gone")

    monkeypatch.setattr(office.journal, "read", gone)

    answer = web.get("/api/realms/live/journal")

    assert (answer.status_code, answer.json()["field"]) == (503, "")


# --- pages and what they load


def test_every_answer_carries_the_guards_of_the_browser(web: TestClient) -> None:
    for path in ("/realms/live", "/api/realms", "/nowhere", f"{static_prefix()}/app/main.js"):
        headers = web.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


def test_a_page_may_load_nothing_from_elsewhere(web: TestClient) -> None:
    page = web.get("/realms/live")

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "unsafe-eval" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert page.headers["cache-control"] == "no-store"


def test_the_first_page_is_the_live_realm(web: TestClient) -> None:
    answer = web.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/realms/live")


@pytest.mark.parametrize(
    ("asked", "cookie", "language"),
    [
        (None, None, "fr"),
        ("nl", None, "nl"),
        (None, "nl", "nl"),
        ("en", "nl", "en"),
        ("de", None, "fr"),
        (None, "<script>", "fr"),
    ],
)
def test_a_page_speaks_the_language_that_is_asked_for(
    web: TestClient, asked: str | None, cookie: str | None, language: str
) -> None:
    if cookie is not None:
        web.cookies.set("tocsin_lang", cookie)

    page = web.get("/realms/live", params={"lang": asked} if asked else {})

    assert f'<html lang="{language}"' in page.text
    assert "<script>" not in page.text.split("<head>")[0]


def test_files_below_their_own_hash_never_change(web: TestClient) -> None:
    answer = web.get(f"{static_prefix()}/app/main.js")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "cache-control" not in web.get(f"{static_prefix()}/app/nowhere.js").headers


@pytest.mark.parametrize(
    "path", ["../page.py", "..%2fpage.py", "%2e%2e/page.py", "app/../../page.py"]
)
def test_nothing_outside_the_static_tree_is_served(web: TestClient, path: str) -> None:
    assert web.get(f"{static_prefix()}/{path}").status_code == 404


def test_the_basemap_is_read_piece_by_piece(web: TestClient) -> None:
    piece = web.get("/basemap/brussels.pmtiles", headers={"Range": "bytes=0-6"})

    assert (piece.status_code, piece.content) == (206, b"PMTiles")
    assert piece.headers["content-range"].startswith("bytes 0-6/")
    beyond = web.get("/basemap/brussels.pmtiles", headers={"Range": "bytes=999999999999-"})
    assert beyond.status_code == 416


def test_the_description_that_is_served_is_the_contracts(web: TestClient) -> None:
    checked_in = Path(__file__).parents[2] / "docs" / "contract" / "openapi.json"

    assert web.get("/openapi.json").json() == json.loads(checked_in.read_text("utf-8"))
    assert checked_in.read_text("utf-8") == to_text(openapi())


def test_whoever_looks_after_it_can_ask_whether_it_lives(web: TestClient) -> None:
    assert web.get("/healthz").json()["version"]


PAGE_WANTED = {"accept": "text/html,application/xhtml+xml"}


def test_a_person_who_asks_for_what_is_not_there_gets_a_page(web: TestClient) -> None:
    for path in ("/realms/exercise-gone", "/nowhere"):
        answer = web.get(path, headers={**PAGE_WANTED, "cookie": "tocsin_lang=nl"})
        assert answer.status_code == 404
        assert "<h1>Deze pagina bestaat niet</h1>" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_program_that_asks_for_what_is_not_there_gets_json(web: TestClient) -> None:
    answer = web.get("/realms/exercise-gone")
    assert answer.json() == {"detail": "there is no realm exercise-gone", "field": ""}


def test_under_another_name_a_person_is_told_the_right_address(web: TestClient) -> None:
    answer = web.get("/", headers={**PAGE_WANTED, "host": "evil.example"})
    assert answer.status_code == 421
    assert "Adresse inattendue" in answer.text


def test_the_page_for_a_server_that_is_away_is_kept_by_the_browser(web: TestClient) -> None:
    assert "Tocsin ne répond plus" in web.get("/gone").text
    worker = web.get("/gone-worker.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
