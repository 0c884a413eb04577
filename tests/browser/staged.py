"""An exercise as its staff sees it, written by hand: eight injects, half of them told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from browser import prepared
from browser.fake_room import FakeRoom
from browser.script import Script
from tocsin.contract.times import to_text

REALM = "exercise-sc-01-run-1"
STARTS = datetime(2026, 1, 15, 15, 40, tzinfo=UTC)
TITLE = {
    "fr": "Convoi ADR dans le tunnel Annie Cordy",
    "nl": "ADR-vrachtwagen in de Annie Cordytunnel",
    "en": "Tanker in the Annie Cordy tunnel",
}
BRIEF = {
    "fr": "Un convoi quitte son itinéraire et prend feu dans le tunnel à l’heure de pointe.",
    "nl": "Een transport verlaat zijn route en vat vuur in de tunnel tijdens de spits.",
    "en": "A convoy leaves its route and catches fire in the tunnel at rush hour.",
}
SAY = {
    "fr": "Ici le D1 : fuite d’essence, quarante-cinq personnes sortent côté Sainctelette.",
    "nl": "Hier D1: benzinelek, vijfenveertig personen komen buiten aan de kant Sainctelette.",
    "en": "D1 here: petrol leak, forty-five people are walking out on the Sainctelette side.",
}
EXPECT = {"fr": "Seuil du PIM vu", "nl": "Drempel van het MIP gezien", "en": "PIM threshold seen"}
OBJECTIVES = [
    {
        "id": "one-incident",
        "text": {
            "fr": "Un seul incident pour les deux appels",
            "nl": "Eén incident voor de twee oproepen",
            "en": "One incident from the two calls",
        },
        "critical": True,
        "weight": 2,
        "measured": {"clock": "COR"},
    },
    {
        "id": "medical-plan",
        "text": {
            "fr": "Le seuil du PIM est porté à la connaissance du 112",
            "nl": "De drempel van het MIP wordt gemeld aan de 112",
            "en": "The medical-plan threshold is passed on to 112",
        },
        "critical": False,
        "weight": 1,
        "measured": None,
    },
]


def at(seconds: float) -> str:
    return to_text(STARTS + timedelta(seconds=seconds))


def inject(name: str, kind: str, title: Any, offset: float | None, **more: Any) -> dict[str, Any]:
    """`offset` in seconds from T; None for what waits for a condition or a hand."""
    document = {"id": name, "kind": kind, "source": "mobiris:events"}
    return {
        "id": name,
        "kind": kind,
        "source": "mobiris:events",
        "at": None,
        "manual": False,
        "due": None if offset is None else at(offset),
        "trap": False,
        "background": False,
        "incident": "tunnel",
        "title": title,
        "say": None,
        "expect": EXPECT,
        "run": None,
        "expect_of": ["operator", "d2"],
        "status": "waiting",
        "document": document,
        **more,
    }


def issued(name: str, kind: str, title: Any, offset: float, **more: Any) -> dict[str, Any]:
    told = {"inject": name, "status": "issued", "at": at(offset), "how": "clock"}
    run = {**told, "by": None, "reason": None, "messages": [name]}
    return inject(name, kind, title, offset, status="issued", run=run, **more)


def conduct(realm: str = REALM, state: str = "running", now: float = 200) -> dict[str, Any]:
    return {
        "realm": realm,
        "state": state,
        "speed": 1,
        "at": at(now),
        "wall": to_text(datetime.now(UTC)),
        "scenario": {
            "scenario": "sc-01",
            "title": TITLE,
            "brief": BRIEF,
            "starts": at(0),
            "ends": at(6600),
            "roles": ["operator", "police", "d1", "coordinator", "evaluator"],
            "objectives": OBJECTIVES,
        },
        "injects": [
            issued("sc01-01", "ANPR", "Convoi P-EXO-7 hors itinéraire", -480),
            issued("sc01-03a", "EVT", "Véhicule à l’arrêt et fumée, section 12", 0),
            issued("sc01-05", "EVT", "Accrochage léger, en surface", 180, trap=True),
            inject("sc01-07", "TEL", SAY, 620, say=SAY),
            inject("sc01-09", "CHN", "Diffusion radio dans le tunnel", 740),
            inject("sc01-12", "PUB", "« Explosion, des centaines de morts »", 1680),
            inject("sc01-20", "EVT", "Le vent tourne", None, manual=True),
        ],
        "notes": [],
        "scores": {},
        "n": 9,
    }


def score() -> dict[str, Any]:
    act = {"n": 14, "at": at(-440), "by": "operator on this machine", "what": "acknowledge_alarm"}
    line = {"inject": "sc01-01", "incident": "I-0001", "decided": None, "done": act}
    line = {**line, "seen": {"n": 3, "at": at(-478)}, "acknowledged": act}
    return {
        "objectives": [{"id": "one-incident", "score": 3, "how": "measured"}],
        "timeline": [line],
    }


def scenarios() -> list[dict[str, Any]]:
    told = {"title": TITLE, "brief": BRIEF, "starts": at(0), "duration_s": 7080, "injects": 50}
    lists = {"roles": ["operator", "d1"], "measures": ["M10.1", "M10.4"], "objectives": OBJECTIVES}
    return [{"scenario": "sc-01", "own": False, **told, **lists}]


def run(realm: str, state: str, over: str | None = None) -> dict[str, Any]:
    told = {"scenario": "sc-01", "title": TITLE, "speed": 2, "at": at(200), "starts": at(0)}
    wall = {"prepared_wall": at(0), "started_wall": at(60), "over_wall": over, "ends": at(6600)}
    return {"realm": realm, "state": state, **told, **wall}


def answers(realm: str = REALM) -> dict[str, Any]:
    """What the house of exercises says to the staff's pages, path by path."""
    return {
        f"/api/exercises/{realm}/conduct": conduct(realm),
        f"/api/exercises/{realm}/score": score(),
        "/api/exercises": [run(realm, "running"), run("exercise-sc-01-run-0", "ended", at(9000))],
        "/api/scenarios": scenarios(),
        **prepared.answers(),
    }


def staged() -> FakeRoom:
    """A scripted room with this exercise in it; the caller enters it."""
    room = FakeRoom(Script(REALM, "SC-01"))
    room.answers |= answers()
    return room
