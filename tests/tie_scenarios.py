"""The ten exercises as observations: what each inject would tell the room, and what it should tie.

Only what concerns ties is told; the injects that test other things (quarantine, privacy, load) are
left to their own tests. Everything is fictitious. Places are those of the exercises, ± 200 m.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from deciding import Room

Place = tuple[float, float]
CORDY, SAINCTELETTE = (50.8612, 4.3372), (50.8597, 4.3478)
ARTS_LOI, SCHUMAN, FROISSART = (50.8455, 4.3695), (50.8427, 4.3808), (50.8416, 4.3806)
FOREST, ANDERLECHT, MIDI = (50.811, 4.318), (50.829, 4.308), (50.8335, 4.3385)
CAMBRE, LA_HULPE = (50.808, 4.374), (50.7935, 4.4035)
HEYSEL, PORT = (50.899, 4.338), (50.866, 4.350)
JUSTICE, ALBERT_II = (50.8365, 4.3517), (50.859, 4.3575)
WEST = (50.8530, 4.3110)


@dataclass(frozen=True)
class Inject:
    """One message `at` so many minutes; `trap`: it belongs to something else."""

    at: float
    source: str
    place: Place | None
    type: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    kind: str = "event"
    codes: dict[str, str] = field(default_factory=dict)
    maturity: str | None = None
    trap: bool = False


@dataclass(frozen=True)
class Told:
    """`expected`: measures that rules alone must find; `people`: those that wait for an act of
    people (a vote, a volunteer line) or for what the room cannot know yet; `gaps`: measures that
    must be shown as lacking; `never`: measures that must not be tied.
    """

    name: str
    injects: tuple[Inject, ...]
    expected: frozenset[str]
    people: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


def codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


SCENARIOS: tuple[Told, ...] = (
    Told(
        "sc-01",
        (
            Inject(
                -8, "anpr:boul-03", (50.8655, 4.3104), "TRA-CNV",
                {"dangerous_goods": True, "kemler": "33", "un_number": "1203", "adr_class": "3",
                 "convoy_permit": "P-EXO-7", "off_route": True, "heavy_vehicle": True},
                kind="anpr_hit", codes={"convoy": "P-EXO-7", "tunnel": "annie-cordy"},
            ),
            Inject(-3, "mobiris:events", (50.8664, 4.3160), "TRA-CNV", {"over_height": True},
                   codes={"tunnel": "annie-cordy"}),
            Inject(0, "mobiris:events", CORDY, "HAZ-ROA", {"smoke": True, "tunnel_closed": True},
                   codes={"tunnel": "annie-cordy"}),
            Inject(0, "camera:tun-114", CORDY, None,
                   {"camera_owner": "Bruxelles Mobilité", "lead": "SIAMU"},
                   kind="camera_frame", codes={"tunnel": "annie-cordy"}),
            Inject(2, "cad:112", (50.8655, 4.3115), "HAZ-ROA", {"fire": True},
                   codes={"tunnel": "annie-cordy"}),
            Inject(3, "cad:112", SAINCTELETTE, "TRA-ACC", {}, codes={"level": "surface"},
                   trap=True),
            Inject(4, "camera:tun-115", CORDY, None, {"camera_state": "no_image"},
                   kind="camera_status", codes={"tunnel": "annie-cordy"}),
            Inject(7, "siamu:reports", CORDY, "HAZ-ROA",
                   {"leak": True, "casualties_red": 2, "casualties_yellow": 2, "victims": True,
                    "casualties_green": 4, "involved": 45, "evacuated": 45, "parquet": True},
                   kind="report", codes={"tunnel": "annie-cordy"}),
            Inject(9, "mobiris:channels", CORDY, None,
                   {"channel": "radio du tunnel", "channel_state": "active",
                    "public_message": True, "channels_used": 2},
                   kind="channel_status", codes={"tunnel": "annie-cordy"}),
            Inject(15, "irm:wind", CORDY, None,
                   {"wind_kmh": 18, "gust_kmh": 30, "drone_go": True}, kind="sensor",
                   codes={"tunnel": "annie-cordy"}),
            Inject(22, "authority:phase", CORDY, None,
                   {"phase": "provinciale", "authority": "haut fonctionnaire"}, kind="report",
                   codes={"tunnel": "annie-cordy"}),
            Inject(40, "siamu:reports", CORDY, None, {"stabilised": True, "fire": False},
                   kind="report", codes={"tunnel": "annie-cordy"}),
        ),
        codes("M10.1 M10.2 M10.4 M10.5 M10.6 M10.8 M10.9 M10.10 M10.11 M10.12 M10.15 "
              "M6.4 M6.5 M6.6 M6.8"),
        gaps=codes("M10.1"),
    ),
    Told(
        "sc-01b",
        (
            Inject(0, "anpr:port-01", PORT, "TRA-CNV",
                   {"waste_hazardous": True, "convoy_permit": "P-EXO-D3",
                    "outside_window_min": 120}, kind="anpr_hit", codes={"convoy": "P-EXO-D3"}),
            Inject(6, "be:inspection", PORT, "TRA-CNV", {"inspection_rank": 2},
                   codes={"convoy": "P-EXO-D3"}),
            Inject(10, "camera:port-04", PORT, "HAZ-WAS",
                   {"image_shared": True, "camera_owner": "Port de Bruxelles"},
                   codes={"convoy": "P-EXO-D3"}),
            Inject(12, "cad:112", (50.8740, 4.3560), "ENV-POL", {}, trap=True),
            Inject(18, "spn:patrol", PORT, "HAZ-WAS", {"canal": True, "parquet": True},
                   kind="report", codes={"convoy": "P-EXO-D3"}),
            Inject(25, "be:inspection", PORT, None, {"inspection_result": "irregular"},
                   kind="report", codes={"convoy": "P-EXO-D3"}),
        ),
        codes("M10.1 M10.4 M10.5 M6.4 M6.5 M6.14"),
    ),
    Told(
        "sc-02",
        (
            Inject(0, "stib:events", ARTS_LOI, "PTR-MET", {"smoke": True},
                   codes={"station": "arts-loi"}),
            Inject(1, "camera:stib-al-4", ARTS_LOI, None,
                   {"camera_owner": "STIB", "lead": "SIAMU", "crowd": True}, kind="camera_frame",
                   codes={"station": "arts-loi"}),
            Inject(5, "stib:events", ARTS_LOI, "PTR-MET",
                   {"entrapped": True, "entrapped_count": 800, "lines_disrupted": "1, 2, 5, 6",
                    "plan": "PPUI métro"}, codes={"station": "arts-loi"}),
            Inject(8, "stib:events", (50.8390, 4.3990), "UTL-PWR", {}, trap=True),
            Inject(10, "d2:reports", ARTS_LOI, "PTR-MET",
                   {"casualties_red": 1, "casualties_green": 11, "pim": True, "victims": True},
                   kind="report", codes={"station": "arts-loi"}),
            Inject(13, "police:reports", ARTS_LOI, None, {"stewards": 12}, kind="report",
                   codes={"station": "arts-loi"}),
            Inject(18, "stib:channels", ARTS_LOI, None,
                   {"channel": "sonorisation −2", "channel_state": "down", "channels_left": 1},
                   kind="channel_status", codes={"station": "arts-loi"}),
            Inject(28, "stib:messages", ARTS_LOI, None,
                   {"public_message": True, "channels_used": 2}, kind="alert_sent",
                   codes={"station": "arts-loi"}),
            Inject(50, "siamu:reports", ARTS_LOI, None, {"stabilised": True}, kind="report",
                   codes={"station": "arts-loi"}),
        ),
        codes("M10.1 M10.2 M10.5 M10.6 M10.9 M10.10 M10.12 M10.15 M6.10 M6.16"),
        gaps=codes("M10.9"),
    ),
    Told(
        "sc-03",
        (
            Inject(12, "anpr:e40-reyers", (50.8620, 4.4080), "SEC-VEH",
                   {"vehicle_colour": "white"}, kind="anpr_hit", codes={"track": "v-1"}),
            Inject(15, "anpr:diamant", (50.8530, 4.4010), "SEC-VEH", {}, kind="anpr_hit",
                   codes={"track": "v-1"}),
            Inject(18, "camera:cinq-02", SCHUMAN, None,
                   {"camera_owner": "Bruxelles Mobilité", "lead": "POLBRU"}, kind="camera_frame",
                   codes={"track": "v-1"}),
            Inject(26, "police:reports", FROISSART, "SEC-VEH",
                   {"event": "EVT-EXO-EUCO", "european_quarter": True, "site": "Europa",
                    "hazard_class": "explosive", "hazard_status": "suspected",
                    "protective_action": "avoid"}, kind="report", codes={"track": "v-1"}),
            Inject(35, "d5:messages", FROISSART, None,
                   {"public_message": True}, kind="alert_sent",
                   codes={"track": "v-1"}),
            Inject(50, "police:reports", FROISSART, None,
                   {"stabilised": True, "hazard_status": "excluded"}, kind="report",
                   codes={"track": "v-1"}),
        ),
        codes("M10.1 M10.2 M10.3 M10.5 M10.6 M10.14 M10.15 M6.4 M7.2"),
    ),
    Told(
        "sc-04",
        (
            Inject(-180, "irm:cap", FOREST, "WEA-STO", {"severe_weather": True}),
            Inject(0, "hydria:rain", FOREST, "FLD-URB", {}),
            Inject(9, "mobiris:events", MIDI, "FLD-URB", {"tunnel_closed": True},
                   codes={"tunnel": "porte-de-hal"}),
            Inject(15, "cad:112", ANDERLECHT, "FLD-URB",
                   {"site": "École 12", "children": True, "evacuated": 80}),
            Inject(20, "sibelga:events", ANDERLECHT, "UTL-PWR", {}),
            Inject(22, "camera:uccle", (50.8020, 4.3400), None, {"camera_state": "ok"},
                   kind="camera_status", trap=True),
            Inject(25, "d5:messages", FOREST, "FLD-URB",
                   {"public_message": True, "channels_used": 2, "plan": "PPUI inondation",
                    "protective_action": "avoid"}),
            Inject(35, "drone:cell", FOREST, "FLD-URB",
                   {"drone_requested": True, "drone_go": False}),
            Inject(40, "commune:ops", ANDERLECHT, "FLD-URB", {"volunteers": 25}),
            Inject(180, "siamu:reports", FOREST, "FLD-URB", {"stabilised": True}),
        ),
        codes("M10.2 M10.3 M10.5 M10.6 M10.7 M10.8 M10.9 M10.12 M10.15 M6.6 M6.8"),
        gaps=codes("M10.8"),
    ),
    Told(
        "sc-05",
        (
            Inject(0, "sibelga:events", WEST, "UTL-PWR", {}),
            Inject(1, "video:health", WEST, "UTL-PWR", {"camera_state": "no_image"}),
            Inject(15, "nccn:be-alert", WEST, "UTL-PWR",
                   {"channel": "BE-Alert SMS", "channel_state": "degraded",
                    "public_message": True, "channels_used": 2, "plan": "PPUI black-out"}),
            Inject(25, "tocsin:self", WEST, "UTL-PWR", {"it_degraded": True}),
            Inject(40, "d2:reports", WEST, "UTL-PWR", {"site": "Hôpital de l'ouest"}),
            Inject(60, "telecom:noc", WEST, "UTL-TEL",
                   {"channel": "réseau mobile", "channel_state": "down", "channels_left": 1}),
            Inject(180, "elia:events", WEST, "UTL-PWR", {"stabilised": True}),
        ),
        codes("M10.1 M10.2 M10.3 M10.5 M10.6 M10.9 M10.15 M8.12"),
        people=codes("M10.7 M10.13"),
        gaps=codes("M10.1 M10.9"),
    ),
    Told(
        "sc-06",
        (
            Inject(-300, "irm:cap", CAMBRE, "WEA-STO", {"severe_weather": True, "gust_kmh": 85}),
            Inject(-240, "be:parks", CAMBRE, "WEA-STO", {"parks_closing": 7}),
            Inject(-120, "events:dossier", CAMBRE, "CRO-EVT", {"event": "EVT-EXO-CONCERT"}),
            Inject(0, "irm:wind", CAMBRE, "WEA-STO",
                   {"gust_kmh": 83, "drone_requested": True, "drone_go": False}),
            Inject(5, "d5:messages", CAMBRE, "WEA-STO", {"public_message": True}),
            Inject(10, "cad:112", LA_HULPE, "TRA-ACC", {"casualties_red": 1, "road_closed": True}),
            Inject(30, "cad:112", (50.9280, 4.4250), "TRA-ACC", {}, trap=True),
            Inject(150, "be:parks", CAMBRE, "WEA-STO", {"stabilised": True}),
        ),
        codes("M10.2 M10.5 M10.6 M10.8 M10.15 M6.6 M7.1"),
        gaps=codes("M10.8"),
        never=codes("M10.12"),
    ),
    Told(
        "sc-07",
        (
            Inject(-90, "events:dossier", HEYSEL, "CRO-EVT", {"event": "EVT-EXO-NYE"}),
            Inject(-40, "crowd:zone-c", HEYSEL, "CRO-DEN", {"crowd_density": 3.8}, kind="sensor",
                   maturity="trial"),
            Inject(-25, "camera:heysel-c", HEYSEL, "CRO-DEN",
                   {"camera_owner": "Ville de Bruxelles", "lead": "POLBRU", "drone_go": True}),
            Inject(-15, "crowd:zone-c", HEYSEL, "CRO-DEN", {"crowd_density": 5.7}, kind="sensor",
                   maturity="trial"),
            Inject(3, "cad:112", HEYSEL, "MED-MCI", {"bystander_aid": True, "victims": True}),
            Inject(5, "cad:112", (50.8550, 4.3300), "FIR-BLD", {}, trap=True),
            Inject(8, "d2:reports", HEYSEL, "MED-MCI",
                   {"casualties_red": 3, "casualties_yellow": 9, "casualties_green": 20,
                    "pim": True}),
            Inject(15, "d5:messages", HEYSEL, "MED-MCI",
                   {"public_message": True, "protective_action": "avoid"}),
            Inject(45, "d2:reports", HEYSEL, "MED-MCI",
                   {"call_number": True, "pips": True, "relatives_centre": True}),
            Inject(120, "d2:reports", HEYSEL, "MED-MCI", {"stabilised": True}),
        ),
        codes("M10.1 M10.2 M10.5 M10.6 M10.7 M10.8 M10.10 M10.11 M10.12 M10.15"),
        people=codes("M10.13"),
    ),
    Told(
        "sc-08",
        (
            Inject(0, "rf:schuman", SCHUMAN, "SEC-UAV",
                   {"drone_mission": "EXO-DRN-2", "event": "EVT-EXO-EUCO"}, kind="sensor",
                   maturity="trial", codes={"track": "u-1"}),
            Inject(2, "police:reports", SCHUMAN, "SEC-UAV",
                   {"site": "Europa", "european_quarter": True}, kind="report",
                   codes={"track": "u-1"}),
            Inject(8, "cad:112", (50.8830, 4.3560), "SEC-UAV", {}, trap=True),
            Inject(10, "authority:summit", SCHUMAN, None, {"protective_action": "shelter"},
                   kind="report", codes={"track": "u-1"}),
            Inject(18, "police:reports", SCHUMAN, None, {"stabilised": True}, kind="report",
                   codes={"track": "u-1"}),
        ),
        codes("M10.2 M10.3 M10.5 M10.6 M10.8 M10.15 M7.2"),
        people=codes("M10.13"),
        never=codes("M10.14"),
    ),
    Told(
        "sc-09",
        (
            Inject(2, "centre:112", MIDI, "CYB-SVC", {"it_degraded": True}),
            Inject(10, "telecom:noc", MIDI, "CYB-SVC",
                   {"channel": "112", "channel_state": "degraded", "channel_role":
                    "emergency_number", "channels_left": 2, "plan": "plan de continuité 112"}),
            Inject(14, "d5:messages", MIDI, "CYB-SVC", {"public_message": True,
                                                        "channels_used": 3}),
            Inject(120, "centre:112", MIDI, "CYB-SVC", {"stabilised": True}),
        ),
        codes("M10.2 M10.5 M10.6 M10.9 M10.15 M8.12"),
        people=codes("M10.13"),
    ),
    Told(
        "sc-10",
        (
            Inject(0, "cad:112", JUSTICE, "CBR-SUS", {"site": "Palais de Justice"},
                   codes={"site": "palais-de-justice"}),
            Inject(6, "siamu:reports", JUSTICE, "CBR-SUS",
                   {"exposed": 3, "hazard_class": "biological", "hazard_status": "suspected"},
                   kind="report", codes={"site": "palais-de-justice"}),
            Inject(10, "cad:112", ALBERT_II, "CBR-SUS", {"exposed": 5, "public_building": True}),
            Inject(12, "cad:112", (50.8395, 4.3465), "MED-TOX", {}, trap=True),
            Inject(20, "camera:justice-1", JUSTICE, None,
                   {"camera_owner": "POLBRU", "lead": "SIAMU"}, kind="camera_frame",
                   codes={"site": "palais-de-justice"}),
            Inject(25, "d5:messages", JUSTICE, None, {"public_message": True},
                   kind="alert_sent", codes={"site": "palais-de-justice"}),
            Inject(35, "parquet:desk", JUSTICE, None, {"parquet": True, "victims": True},
                   kind="report", codes={"site": "palais-de-justice"}),
            Inject(135, "lab:results", JUSTICE, None,
                   {"hazard_status": "excluded", "aid_sheet": "v1", "evacuated": 140},
                   kind="report", codes={"site": "palais-de-justice"}),
            Inject(180, "d2:reports", JUSTICE, None, {"contact_asked": True, "stabilised": True},
                   kind="report", codes={"site": "palais-de-justice"}),
        ),
        codes("M10.1 M10.3 M10.5 M10.6 M10.10 M10.11 M10.12 M10.14 M10.15"),
    ),
)  # fmt: skip


def played(told: Told, *, ticks_every_min: float = 5) -> Room:
    """A room of the exercise after its last inject, with the clock ticking all along."""
    room = Room(f"exercise-{told.name}")
    starts = room.now - timedelta(minutes=min(0.0, *(i.at for i in told.injects)))
    for number, inject in enumerate(sorted(told.injects, key=lambda i: i.at)):
        due = starts + timedelta(minutes=inject.at)
        while room.now + timedelta(minutes=ticks_every_min) < due:
            room.wait(60 * ticks_every_min)
            room.tick()
        room.now = due
        given: dict[str, Any] = {
            "source": inject.source,
            "kind": inject.kind,
            "type_hint": inject.type,
            "facts": inject.facts,
            "at": inject.place,
            "accuracy_m": 30,
            "codes": inject.codes,
        }
        if inject.maturity is not None:
            given["maturity"] = inject.maturity
        if inject.kind in ("anpr_hit", "camera_frame", "camera_status"):
            given["legal_regime"] = "LFP_police"
        room.observe(message_of(number, inject), **given)
    return room


def message_of(number: int, inject: Inject) -> str:
    return f"{'trap' if inject.trap else 'story'}-{number:02d}"
