"""A room behind with everything: twenty incidents, a flood, and something late of all kinds."""

from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache

from browser.script import Script
from tocsin.contract.times import to_text

TYPES = ("CRO-DEN", "MED-MCI", "TRA-ACC", "PTR-MET", "FIR-BLD", "PUB-DEM", "HAZ-ROA", "WEA-STO")
COMMUNES = (
    {"fr": "Bruxelles", "nl": "Brussel"},
    {"fr": "Molenbeek-Saint-Jean", "nl": "Sint-Jans-Molenbeek"},
    {"fr": "Woluwe-Saint-Lambert", "nl": "Sint-Lambrechts-Woluwe"},
    {"fr": "Jette", "nl": "Jette"},
)
MEASURES = ("M10.1", "M10.4", "M10.6", "M10.8", "M10.12")
CALL = (
    "Incident grave, deux sources le confirment",
    "Ernstig incident, door twee bronnen bevestigd",
    "Severe incident, confirmed by two sources",
)
WHY = (
    "Plus de vingt impliqués au stade, un message à la population est attendu.",
    "Meer dan twintig betrokkenen bij het stadion, een bericht aan de bevolking wordt verwacht.",
    "More than twenty people involved at the stadium, a message to the population is expected.",
)
OPENED = 20


def a_room_behind() -> Script:
    """The crush at a big event, written once; each caller may go on with its own."""
    s = copy(_written())
    s.entries = list(s.entries)
    return s


@cache
def _written() -> Script:
    s = Script()
    for i in range(OPENED):
        _incident(s, i)
    s.write(
        "flood_changed",
        {"role": "operator", "flood": {"since": _ago(240), "folded": 9}},
        240,
    )
    worst = "I-0002"
    s.command(
        "record_phase",
        "supervisor",
        incident=worst,
        value="provinciale",
        authority="Haut fonctionnaire",
        declared_at=_ago(500),
        informed_at=_ago(420),
    )
    s.command(
        "set_activation", "supervisor", level="alert", reason="Mouvement de foule au Heysel, S4"
    )
    s.command(
        "record_decision",
        "supervisor",
        incident=worst,
        text="Fermer la station Heysel et évacuer par l’avenue de Bouchout",
        language="fr",
        function="Dir PC-Ops",
        basis="Densité mesurée au-dessus de 5 personnes par mètre carré",
        decided_at=_ago(1500),
        due_at=_ago(-600),
    )
    _backdate(s, "decision", recorded_at=_ago(1490), due_at=_ago(600))
    s.command(
        "open_task",
        incident=worst,
        title="Faire rouvrir la porte Sud aux ambulances",
        language="fr",
        owner="D3",
        due_at=_ago(-300),
    )
    _backdate(s, "task", opened_at=_ago(1200), due_at=_ago(300))
    s.command(
        "set_lead", incident=worst, lead="Dir PC-Ops (officier des secours, zone de secours SIAMU)"
    )
    s.command("take", "police", incident="I-0006")
    s.command("engage_discipline", incident="I-0007", discipline="D1")
    s.command(
        "direct_wall",
        "supervisor",
        layout="a",
        incident=worst,
        view=[50.8969, 4.339, 15],
        note="Point de situation à 15 h",
    )
    return s


def _incident(s: Script, i: int) -> None:
    ago = 2400 - 110 * i
    severity = (3, 4, 2, 3, 1)[i % 5]
    observed = s.observe(
        "cad:112-bru",
        f"Appels multiples, secteur {i + 1}",
        ago=ago,
        type_hint=TYPES[i % len(TYPES)],
        lat=50.895 - 0.004 * i,
        lon=4.335 + 0.003 * i,
        accuracy_m=80.0,
        text=f"Avenue Houba de Strooper {3 * i + 1}",
    )
    incident = s.open(
        observed, TYPES[i % len(TYPES)], severity, commune=COMMUNES[i % len(COMMUNES)], ago=ago
    )
    if i % 4 == 0:
        s.command("take", incident=incident)
    for k in range(i % 3 + 1):
        measure = MEASURES[(i + k) % len(MEASURES)]
        strength = "suggested" if k else "auto"
        s.tie(incident, measure, WHY, strength=strength, evidence=(observed,), ago=ago - 10)
    recent = 500 - 20 * i
    priority = {4: 1, 3: 2}.get(severity, 3)
    alarm = s.alarm(
        {1: "incident_s4", 2: "incident_s3"}.get(priority, "incident_s2"),
        CALL,
        priority=priority,
        incident=incident,
        ago=recent,
        due_s={1: 60, 2: 120}.get(priority, 300),
        folded=i > 10 and priority > 1,
    )
    if priority == 1:
        s.change_alarm("alarm_escalated", alarm, escalated_at=_ago(recent - 60))
    if i in (2, 7):
        shelved = {
            "until": _ago(-600),
            "reason": "Technicien en route, retour attendu",
            "by": "operator on this machine",
            "at": _ago(60),
        }
        s.change_alarm("alarm_shelved", alarm, shelved=shelved)
    if i == 5:
        s.alarm("hit_to_verify", CALL, priority=2, role="police", incident=incident, ago=200)


def _backdate(s: Script, record: str, **moments: str) -> None:
    """The engine takes no due time that has passed: it was given one and then the time went by."""
    latest = next(entry.body for entry in reversed(s.entries) if record in entry.body)
    latest[record].update(moments)


def _ago(seconds: float) -> str:
    return to_text(datetime.now(UTC) - timedelta(seconds=seconds))
