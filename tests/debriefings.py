"""An exercise that was played, scored and observed in known ways, for tests of its debriefing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from deciding import metres_north
from desk import Desk
from tocsin.contract.times import from_text, to_text
from tocsin.exercises.conduct import Conduct, InjectRun, Note
from tocsin.exercises.debriefing import Debriefing, Run, debrief
from tocsin.exercises.happened import Moment
from tocsin.exercises.preparation import Recommendation
from tocsin.exercises.scoring.score import (
    Act,
    ClockScore,
    ExpectedTieScore,
    FalseMerge,
    InjectLine,
    Joins,
    Load,
    LoadPoint,
    MissedLink,
    ObjectiveScore,
    Sample,
    Score,
    Ties,
    Total,
    TrapScore,
    UnexpectedTie,
)

REALM = "exercise-sc-90-run-2"
STARTS = "2026-01-15T15:40:00.000Z"
HOSTILE = "<script>alert(1)</script> & “Hélène Őry – Łukasz”"


def words(text: str) -> dict[str, str]:
    return {"fr": f"{text} (fr)", "nl": f"{text} (nl)", "en": f"{text} (en)"}


def inject(name: str, **given: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "EVT",
        "source": "cad:112",
        "at": "00:00:00",
        "expect": words("One incident"),
        "observation": {"kind": "event", "headline": f"Rapport {name} {{k}}"},
    } | given


SCRIPT: dict[str, Any] = {
    "scenario": "sc-90",
    "title": words("Tanker in the tunnel"),
    "brief": words("A tanker burns in a tunnel at rush hour"),
    "starts": "2026-01-15T16:40:00+01:00",
    "ends": "+00:40:00",
    "roles": ["operator", "supervisor"],
    "incidents": {
        "fire": {"type": "HAZ-ROA", "title": words("Fire in the tunnel")},
        "crash": {"type": "TRA-ACC", "title": words("Minor crash above")},
    },
    "injects": [
        inject("call-1", incident="fire"),
        inject("call-2", at="00:02:00", incident="fire"),
        inject("crash", at="00:03:00", incident="crash", trap=True),
        inject("rumour", at="00:20:00", background=True),
        inject("methane", manual=True, incident="fire", at=None),
    ],
}


def after(seconds: float) -> str:
    return to_text(from_text(STARTS) + timedelta(seconds=seconds))


def played() -> Desk:
    """Two incidents, a decision, a phase; entries of a real engine."""
    desk = Desk(REALM, from_text(STARTS))
    desk.observe("call-1", mode="exercise", type_hint="TRA-TUN", headline="Fumée – rook")
    desk.on("take")
    desk.on("qualify", type="HAZ-ROA", severity=3)
    desk.wait(120)
    desk.observe("crash", mode="exercise", at=metres_north(2500), headline="Accrochage")
    desk.act(
        "record_decision",
        incident="I-0001",
        text=HOSTILE,
        language="fr",
        function="Gouverneur / Hoge ambtenaar",
        decided_at=desk.at,
        basis="METHANE de D1",
    )
    desk.act(
        "record_phase",
        incident="I-0001",
        value="provinciale",
        authority="Ministre-Président",
        declared_at=desk.at,
        informed_at=desk.at,
    )
    desk.wait(600)
    desk.tick()
    return desk


def scored(realm: str = REALM, *, tta: float = 95, passed: bool = False) -> Score:
    """The first clock is late or in time, by `tta` in seconds."""
    in_time = tta <= 60
    points = 3.2 if in_time else 1.8
    sample = Sample("I-0001", "call-1", 2, after(0), 5, after(tta), tta, 60, points)
    return Score(
        realm=realm,
        scenario="sc-90",
        at=after(2400),
        state="ended",
        clocks=(
            ClockScore("TTA", "s", 60, tta, points, in_time, (sample,)),
            ClockScore("TTI", "s", 900, None, None, None, ()),
            ClockScore("TIE", "share", 0.8, 0.5, 1.9, False, ()),
            ClockScore("LOG", "share", 0.95, 1.0, 4.0, True, ()),
            ClockScore("COR", "count", 0, 3, 0.0, False, ()),
        ),
        objectives=(
            ObjectiveScore(
                "one", words("One incident"), True, 2, 1.0, "measured", None, None, (2, 4)
            ),
            ObjectiveScore(
                "voice", words("One voice"), False, 1, 3.0, "observer", "evaluator", "Net", ()
            ),
            ObjectiveScore("safe", words("Be safe"), False, 1, None, "open", None, None, ()),
        ),
        ties=Ties(
            expected=(
                ExpectedTieScore("M10.4", "mobilise", "fire", "rules", True, 4, "T-4"),
                ExpectedTieScore("M10.12", "mobilise", "fire", "people", False, None, None),
            ),
            unexpected=(UnexpectedTie("M6.4", "mobilise", "I-0001", 6),),
            precision=0.5,
            recall=0.5,
            precision_rules=0.5,
            recall_rules=1.0,
        ),
        joins=Joins(
            false_merges=(FalseMerge("I-0001", ("fire", "crash"), ("crash",), (4,)),),
            missed_links=(MissedLink("fire", ("I-0001", "I-0002"), (4, 6)),),
            traps=(TrapScore("crash", False, "I-0001"),),
            points=-3,
        ),
        load=Load(
            12,
            tuple(LoadPoint(after(60 * m), (3 * m) % 13) for m in range(40)),
            {"operator": 12, "supervisor": 4},
        ),
        total=Total(0.72 if passed else 0.41, passed, () if passed else ("one",), ("safe",)),
        timeline=(
            InjectLine(
                "call-1",
                "fire",
                False,
                after(0),
                "issued",
                "clock",
                Moment(after(0), 2),
                "I-0001",
                Act(5, after(tta), "operator on this machine", "acknowledge"),
                Act(9, after(300), "supervisor", "record_decision"),
                Moment(after(420), 9),
            ),
            InjectLine(
                "crash", "crash", True, after(180), "issued", "clock",
                Moment(after(181), 6), "I-0001", None, None, None,
            ),
            InjectLine(
                "methane", "fire", False, None, "waiting", None, None, None, None, None, None
            ),
        ),
    )  # fmt: skip


def conducted(realm: str = REALM, begun: str = "2026-11-20T09:00:00.000Z") -> Conduct:
    return Conduct(
        realm=realm,
        script=SCRIPT,
        state="ended",
        at=after(2400),
        prepared_wall="2026-11-20T08:50:00.000Z",
        started_wall=begun,
        over_wall="2026-11-20T09:40:00.000Z",
        over_by="coordinator",
        runs={"call-1": InjectRun("call-1", "issued", after(0), "clock")},
        notes=(
            Note(
                "N-1", after(600), "2026-11-20T09:10:00.000Z", "evaluator", "evaluator",
                "improve", HOSTILE, "call-1",
            ),
        ),
    )  # fmt: skip


LESSON = Recommendation(
    id="R-1",
    finding="Le second appel a ouvert un incident",
    text="Relire la liste avant d’ouvrir",
    action="Fiche réflexe",
    owner="Chef de salle",
    due="2027-03-01",
    language="fr",
    by="coordinator",
    at="2026-11-20T10:00:00.000Z",
    realm=REALM,
    scenario="sc-90",
)


def debriefed() -> Debriefing:
    earlier = replace(LESSON, id="R-2", realm="exercise-sc-90-run-1", state="verified")
    earlier = replace(earlier, verified_in=REALM, due=None)
    before = Run("exercise-sc-90-run-1", None, scored("exercise-sc-90-run-1", tta=50, passed=True))
    entries = played().entries
    return debrief(conducted(), scored(), entries, (LESSON, earlier), (before,))
