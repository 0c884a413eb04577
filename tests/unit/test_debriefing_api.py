"""The debriefing and the lessons over REST, out of a journal as an exercise leaves it."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from debriefings import REALM, SCRIPT, after, played
from tocsin.exercises.conduct import conduct_book
from tocsin.exercises.preparation import preparation_book
from tocsin.journal.store import Journal
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

EARLIER = "exercise-sc-90-run-1"
LATER = "exercise-sc-90-run-3"
COORDINATOR = {"X-Tocsin": "1", "X-Tocsin-Capacity": "coordinator"}
LESSON = {
    "finding": "Two texts, ten minutes apart",
    "text": "Write both texts together",
    "owner": "D5",
    "language": "en",
    "due": "2027-03-01",
    "measure": "M10.6",
    "realm": REALM,
}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    entries = played().entries
    for day, realm in ((19, EARLIER), (20, REALM), (21, LATER)):
        journal.commit(realm, entries)
        wall = f"2026-11-{day}T09:00:00.000Z"
        steered = {"speed": 1.0, "wall": wall, "by": "coordinator", "reason": None}
        book = conduct_book(journal, realm)
        book.write(
            after(0), ("exercise_prepared", {"realm": realm, "script": SCRIPT, "wall": wall})
        )
        book.write(after(0), ("exercise_steered", {"state": "running", **steered}))
        told = {"inject": "call-1", "status": "issued", "how": "clock", "messages": ["call-1"]}
        book.write(after(0), ("inject_told", told))
        book.write(after(720), ("exercise_steered", {"state": "ended", **steered}))
    yield journal
    journal.close()


@pytest.fixture
def web(journal: Journal) -> TestClient:
    rooms = Rooms({}, journal, cast(Any, None), frozenset({"127.0.0.1"}))
    return TestClient(make_application(rooms), base_url="http://127.0.0.1", headers=COORDINATOR)


def debriefing(web: TestClient, ending: str, **asked: str) -> Any:
    query = {"lang": "nl", "capacity": "coordinator", **asked}
    return web.get(f"/api/exercises/{REALM}/debriefing{ending}", params=query)


def test_the_page_comes_with_a_policy_that_lets_nothing_but_its_own_style_in(
    web: TestClient,
) -> None:
    answer = debriefing(web, ".html")
    assert answer.status_code == 200
    assert '<html lang="nl">' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f'href="http://127.0.0.1/realms/{REALM}?at=' in answer.text
    assert debriefing(web, ".html", download="1").headers["content-disposition"] == (
        f'attachment; filename="{REALM}-debriefing-nl.html"'
    )


def test_the_paper_is_the_same_however_often_it_is_asked_for(web: TestClient) -> None:
    first = debriefing(web, ".pdf")
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert debriefing(web, ".pdf").content == first.content


def test_only_runs_that_began_earlier_are_compared(web: TestClient) -> None:
    told = debriefing(web, "").json()
    names = [block["head"] for block in told["blocks"] if block["kind"] == "table"][-1]
    assert names == ["Indicator", "1", "2 (deze)"]


def test_players_do_not_get_it(web: TestClient) -> None:
    for ending in (".html", ".pdf"):
        assert debriefing(web, ending, capacity="operator").status_code == 403
    headers = {"X-Tocsin-Capacity": "operator"}
    assert web.get(f"/api/exercises/{REALM}/debriefing", headers=headers).status_code == 403


def test_what_is_no_exercise_has_none(web: TestClient) -> None:
    for realm in ("live", "exercise-nobody-knows"):
        address = f"/api/exercises/{realm}/debriefing.html?capacity=coordinator"
        assert web.get(address).status_code == 404


def test_a_lesson_goes_from_finding_to_verified(web: TestClient, journal: Journal) -> None:
    made = web.post("/api/recommendations", json=LESSON)
    assert made.status_code == 201
    told = made.json()
    assert (told["id"], told["state"], told["scenario"]) == ("R-1", "open", "sc-90")
    assert web.post("/api/recommendations", json=LESSON).json()["id"] == "R-2"

    done = web.post("/api/recommendations/R-1", json={"state": "done", "note": "Card printed"})
    assert (done.json()["state"], done.json()["owner"]) == ("done", "D5")
    verified = {"state": "verified", "verified_in": LATER}
    told = web.post("/api/recommendations/R-1", json=verified).json()
    assert (told["state"], told["verified_in"], told["note"]) == (
        "verified",
        LATER,
        "Card printed",
    )
    assert [one["id"] for one in web.get("/api/recommendations?state=open").json()] == ["R-2"]
    assert len(web.get(f"/api/recommendations?realm={LATER}").json()) == 1
    assert "Write both texts together" in debriefing(web, ".html").text
    assert len(preparation_book(journal).state.recommendations) == 2
    assert not isinstance(journal.verify("preparation"), type(None))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"measure": "M99.9"}, "measure"),
        ({"finding": "  "}, "body.finding"),
        ({"due": "soon"}, "body.due"),
        ({"plate": "X-EXE-101"}, "body.plate"),
    ],
)
def test_a_lesson_that_cannot_be_is_refused_with_its_field(
    web: TestClient, change: dict[str, str], field: str
) -> None:
    refused = web.post("/api/recommendations", json=LESSON | change)
    assert refused.status_code in (409, 422)
    assert refused.json()["field"] == field
    assert web.get("/api/recommendations").json() == []


def test_a_verification_names_another_exercise_that_there_was(web: TestClient) -> None:
    web.post("/api/recommendations", json=LESSON)
    change = "/api/recommendations/R-1"
    itself = web.post(change, json={"state": "verified", "verified_in": REALM})
    assert (itself.status_code, itself.json()["field"]) == (409, "verified_in")
    nowhere = {"state": "verified", "verified_in": "exercise-none"}
    assert web.post(change, json=nowhere).status_code == 404
    assert web.post("/api/recommendations/R-9", json={"state": "done"}).status_code == 404
    assert web.get("/api/recommendations").json()[0]["state"] == "open"


def test_lessons_are_written_by_those_who_observe_or_prepare(web: TestClient) -> None:
    for capacity, status in (("operator", 403), ("evaluator", 201), ("supervisor", 201)):
        headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}
        answer = web.post("/api/recommendations", json=LESSON, headers=headers)
        assert answer.status_code == status
