"""Three evenings of the room, decided by the real engine: empty, ordinary, and a major crisis.

Everything is invented; places are real ones of Brussels. The crisis is a crowd crush at the Heysel
fireworks, with twenty-three other incidents around it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from browser.script import Script
from tocsin.contract import Observation, SourceStatus
from tocsin.contract.camera import Camera
from tocsin.contract.times import to_text
from tocsin.engine.decide import decide_all
from tocsin.engine.inputs import (
    ClockTicked,
    CommandGiven,
    Input,
    MessageRefused,
    ObservationArrived,
    SourceReported,
)
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation

REALM = "exercise-sc-07"
TITLE = "Mouvement de foule au Heysel / Gedrang op de Heizel / Crowd crush at the Heysel"
SOURCES = (
    *("cad:112-bru", "cic:101", "mobiris:events", "stib:events", "infrabel:ops"),
    *("cap:meteoalarm-be", "anpr:boul", "video:heysel", "sensor:hydria", "sensor:crowd-heysel"),
    *("channel:be-alert", "drone:dca-1", "d2:regulation", "event:dossiers", "sibelga:grid"),
)
KINDS = {"sensor": "sensor", "video": "camera_status", "channel": "channel_status", "d2": "report"}
TICK_S = 60.0

Where = tuple[float, float]


class Evening(Script):
    """A script that the engine writes: `at(minutes)` before now, then what happens then.

    What happens is told in its order, as a journal would have it.
    """

    def __init__(self, realm: str, title: str | None = None, lasts_min: float = 100) -> None:
        super().__init__(realm, title)
        self._ago = lasts_min * 60
        self._folded = Situation(realm=realm)
        self._told = 0
        if title is not None:
            titles = {"fr": title, "nl": title, "en": title}
            running = {"title": titles, "state": "running"}
            self.write("exercise_changed", {"exercise": running}, self._ago)

    def situation(self) -> Situation:
        """Folded on from where the last question left it."""
        self._folded = evolve_all(self._folded, self.entries[self._folded.n :])
        return self._folded

    def at(self, minutes_ago: float) -> None:
        """Let time pass until then, with the ticks of the clock between."""
        until = minutes_ago * 60
        while self._ago - TICK_S > until:
            self._ago -= TICK_S
            self._decide(ClockTicked(self.moment(0)))
        self._ago = until

    def moment(self, minutes: float) -> str:
        """So many minutes after the moment that is told."""
        return to_text(self.started - timedelta(seconds=self._ago - minutes * 60))

    def status(self, source: str, state: Any, **more: Any) -> None:
        status = SourceStatus(source=source, state=state, adapter=source.partition(":")[0], **more)
        self._decide(SourceReported(self.moment(0), status))

    def refuse(self, source: str, detail: str, count: int) -> None:
        topic = f"{source}/topic"
        refused = MessageRefused(
            self.moment(0), source, topic, "schema", "data", detail, 412, count
        )
        self._decide(refused)

    def hear(
        self,
        source: str,
        type_hint: str | None,
        where: Where,
        text: str,
        headline: str,
        *,
        codes: dict[str, str] | None = None,
        accuracy_m: float = 30,
        outline: Sequence[Where] = (),
        severity: int | None = None,
        **facts: Any,
    ) -> str:
        """Something is observed; the incident it belongs to afterwards, or its own id."""
        given: dict[str, Any] = {
            "type_hint": type_hint,
            "observed_at": to_text(self.started - timedelta(seconds=self._ago + 8)),
            "location_text": text,
            "headline": headline,
            "location_codes": codes or {},
            "accuracy_m": accuracy_m,
            "severity": severity,
            "attributes": facts,
        }
        if source.startswith("video"):
            given["legal_regime"] = "trafic_non_surveillance"
        if source.startswith("sensor:crowd"):
            given["maturity"] = "trial"
        if outline:
            ring = [(lon, lat) for lat, lon in (*outline, outline[0])]
            given["geometry"] = {"type": "Polygon", "coordinates": [ring]}
        shown = self._observe(source, KINDS.get(source.partition(":")[0], "event"), where, given)
        known = self.situation().observations.get(shown)
        return str(known.incident or shown) if known else shown

    def flies(self, name: str, where: Where, course: float) -> None:
        facts = {"heading_deg": course, "height_m": 80, "battery_percent": 61}
        given = {"location_codes": {"track": name}, "attributes": facts}
        self._observe("drone:dca-1", "drone_track", where, given)

    def act(self, capacity: str, command: str, **given: Any) -> int:
        document = {"command": command, **given}
        by = f"{capacity} on this machine"
        self._decide(CommandGiven(self.moment(0), by, document, capacity))
        return len(self.entries)

    def _observe(self, source: str, kind: str, where: Where, given: dict[str, Any]) -> str:
        self._told += 1
        point = {"type": "Point", "coordinates": (where[1], where[0])}
        mode = "real" if self.realm == "live" else "exercise"
        whole = {
            "source": source,
            "external_id": f"{source}/{self._told}",
            "kind": kind,
            "mode": mode,
        }
        observation = Observation.model_validate({**whole, "geometry": point, **given})
        first = len(self.entries)
        self._decide(ObservationArrived(self.moment(0), observation))
        recorded = (e for e in self.entries[first:] if e.kind == "observation_recorded")
        return str(next(recorded).body["shown"]["id"])

    def _decide(self, given: Input) -> None:
        self._folded, entries = decide_all(self.situation(), [given])
        self.entries += entries


def empty_room(realm: str = "live") -> Script:
    """All sources speak, and nothing happens."""
    s = Evening(realm, lasts_min=30)
    _all_online(s)
    return s


def ordinary_evening(realm: str = "live") -> Script:
    """Five incidents in hand, one new, a task that is late, a line in the logbook."""
    s = Evening(realm)
    _all_online(s)
    s.at(88)
    s.hear(
        "event:dossiers",
        "CRO-EVT",
        (50.8467, 4.3525),
        "Grand-Place, Bruxelles / Grote Markt, Brussel",
        "Plaisirs d’hiver : 12 000 visiteurs attendus",
        accuracy_m=200,
        outline=ring((50.8467, 4.3525), 0.0022),
        event="Plaisirs d’hiver / Winterpret",
    )
    s.at(52)
    fire = s.hear(
        "cad:112-bru",
        "FIR-BLD",
        (50.8260, 4.3800),
        "Chaussée d’Ixelles 204, Ixelles / Elsensesteenweg 204, Elsene",
        "Feu de cuisine au 2e étage, évacuation de l’immeuble",
        fire=True,
        smoke=True,
        evacuated=14,
    )
    s.at(50)
    s.act("operator", "take", incident=fire)
    s.act("operator", "acknowledge_incident_alarms", incident=fire)
    s.act("operator", "set_lead", incident=fire, lead="D1 · SIAMU/DBDMH")
    s.act("operator", "engage_discipline", incident=fire, discipline="D1")
    s.at(47)
    s.hear(
        "cic:101",
        "FIR-BLD",
        (50.8262, 4.3803),
        "Chaussée d’Ixelles, Ixelles / Elsensesteenweg, Elsene",
        "Rook uit raam, straat afgesloten",
        smoke=True,
        road_closed=True,
    )
    reloger = {"title": "Reloger 14 personnes pour la nuit", "language": "fr", "discipline": "D4"}
    s.act("operator", "open_task", incident=fire, **reloger, due_at=s.moment(30))
    _line(s, "operator", "room", fire, "fr", "Le SIAMU confirme : feu circonscrit, ventilation.")
    s.at(34)
    crash = s.hear(
        "mobiris:events",
        "TRA-ACC",
        (50.8700, 4.3410),
        "Boulevard Léopold II, Molenbeek / Leopold II-laan, Molenbeek",
        "Accident, une bande libre vers le centre",
        road_closed=True,
        victims=True,
    )
    s.act("operator", "take", incident=crash)
    s.at(21)
    s.hear(
        "stib:events",
        "PTR-SUR",
        (50.8330, 4.3660),
        "Porte de Namur, Ixelles / Naamsepoort, Elsene",
        "Tram 92 à l’arrêt, pantographe arraché",
        codes={"line": "92"},
        lines_disrupted="92, 93",
    )
    s.at(12)
    s.hear(
        "cap:meteoalarm-be",
        "WEA-STO",
        (50.8050, 4.4100),
        "Forêt de Soignes / Zoniënwoud",
        "Code jaune : rafales jusqu’à 80 km/h après 22 h",
        gust_kmh=80,
        outline=ring((50.8050, 4.4100), 0.018),
    )
    s.at(3)
    s.hear(
        "cad:112-bru",
        "FIR-BLD",
        (50.8580, 4.3790),
        "Rue Josaphat 118, Schaerbeek / Josafatstraat 118, Schaarbeek",
        "Odeur de brûlé dans une école, alarme incendie active",
        fire=True,
        children=True,
        public_building=True,
    )
    s.at(0)
    return s


def major_crisis(realm: str = REALM) -> Script:
    """Twenty-four incidents, a flood of alarms, a phase, decisions, and tasks that are late."""
    s = Evening(realm, TITLE if realm != "live" else None, lasts_min=150)
    _all_online(s)
    _before_the_fireworks(s)
    crush = _the_crush(s)
    for row in _told()["around"]:
        incident = _hear_row(s, row)
        if row.get("taken"):
            s.act("operator", "acknowledge_incident_alarms", incident=incident)
            s.act("operator", "take", incident=incident)
    _answers(s, crush)
    for row in _told()["late"]:
        _hear_row(s, row)
    _the_last_minute(s)
    s.at(0)
    return s


HEYSEL: Where = (50.8990, 4.3380)
GATE_C = "Esplanade du Heysel, porte C, Bruxelles / Heizelesplanade, poort C, Brussel"
CRUSH = {"site": "heysel-c"}


def _before_the_fireworks(s: Evening) -> None:
    s.at(140)
    show = s.hear(
        "event:dossiers",
        "CRO-EVT",
        HEYSEL,
        "Esplanade du Heysel, Bruxelles / Heizelesplanade, Brussel",
        "Feu d’artifice : 70 000 personnes, zones A à F / Vuurwerk: 70 000 personen",
        accuracy_m=300,
        outline=ring(HEYSEL, 0.0042),
        event="Feu d’artifice / Vuurwerk",
    )
    s.act("operator", "take", incident=show)
    s.at(110)
    storm = s.hear(
        "cap:meteoalarm-be",
        "WEA-STO",
        (50.8050, 4.4100),
        "Forêt de Soignes / Zoniënwoud",
        "Code orange : rafales jusqu’à 95 km/h / Code oranje: windstoten tot 95 km/u",
        gust_kmh=95,
        severe_weather=True,
        outline=ring((50.8050, 4.4100), 0.018),
    )
    s.act("operator", "acknowledge_incident_alarms", incident=storm)
    s.act("operator", "take", incident=storm)
    s.at(104)
    demo = s.hear(
        "cic:101",
        "PUB-DEM",
        (50.8503, 4.3489),
        "Boulevard Anspach, Bruxelles / Anspachlaan, Brussel",
        "Betoging, 3 000 personen, richting Noord",
        accuracy_m=150,
        crowd=True,
    )
    s.act("operator", "take", incident=demo)
    s.act("operator", "engage_discipline", incident=demo, discipline="D3")


def _the_crush(s: Evening) -> str:
    s.at(60)
    sensor, gate = "sensor:crowd-heysel", (50.8993, 4.3392)
    said = "Zone C : 3,8 personnes/m²"
    s.hear(sensor, "CRO-DEN", gate, GATE_C, said, codes=CRUSH, crowd=True, crowd_density=3.8)
    s.at(48)
    crush = s.hear(
        "cic:101",
        "CRO-DEN",
        (50.8994, 4.3391),
        GATE_C,
        "Golfbewegingen aan poort C, stewards vragen versterking",
        codes=CRUSH,
        crowd=True,
        crowd_density=5.7,
        stewards=40,
    )
    s.act("operator", "acknowledge_incident_alarms", incident=crush)
    s.act("operator", "take", incident=crush)
    seen = "Confirmé à la caméra"
    s.act("operator", "qualify", incident=crush, type="CRO-DEN", severity=3, note=seen)
    s.act("operator", "engage_discipline", incident=crush, discipline="D3")
    s.at(44)
    s.hear(
        "stib:events",
        "PTR-MET",
        (50.8972, 4.3357),
        "Station Heysel, Bruxelles / Station Heizel, Brussel",
        "Quai complet, portes bloquées, ligne 6 saute la station",
        codes={"station": "heysel"},
        lines_disrupted="6",
        crowd=True,
    )
    s.at(40)
    s.hear(
        "d2:regulation",
        "MED-MCI",
        (50.8996, 4.3388),
        GATE_C,
        "Personnes au sol porte C, réanimation par des témoins",
        codes=CRUSH,
        crowd=True,
        victims=True,
        bystander_aid=True,
        casualties_red=3,
        casualties_yellow=9,
        casualties_green=20,
    )
    s.act("operator", "acknowledge_incident_alarms", incident=crush)
    s.act("supervisor", "acknowledge_incident_alarms", incident=crush)
    reason = "Trois T1, neuf T2 : PIM"
    s.act("operator", "regrade_incident", incident=crush, type="MED-MCI", severity=4, reason=reason)
    s.act("operator", "set_lead", incident=crush, lead="D2 · Dir-Med")
    for discipline in ("D1", "D2", "D5"):
        s.act("operator", "engage_discipline", incident=crush, discipline=discipline)
    s.at(37)
    s.act("supervisor", "set_activation", level="alert", reason="Victimes au Heysel, PIM annoncé")
    s.act("operator", "use_reflex_card", incident=crush, card="mass_casualty")
    s.hear(
        "cad:112-bru",
        "MED-MCI",
        (50.8992, 4.3399),
        "Avenue de Bouchout, Bruxelles / Boechoutlaan, Brussel",
        "PIM/MIP aangekondigd, VMP aan de Boechoutlaan",
        codes=CRUSH,
        pim=True,
        victims=True,
    )
    s.hear(
        "video:heysel",
        None,
        (50.8989, 4.3383),
        "Porte C / Poort C",
        "cam-hey-07 : image figée / bevroren beeld",
        codes={"camera": "cam-hey-07", **CRUSH},
        camera_state="frozen",
        camera_owner="STIB-MIVB",
    )
    s.hear(
        "cic:101",
        "PUB-DIS",
        (50.9002, 4.3420),
        "Rumeur sur les réseaux sociaux / Gerucht op sociale media",
        "« Coups de feu » au Heysel : non confirmé, bruit de pétards",
        accuracy_m=200,
        rumour=True,
    )
    return crush


def _answers(s: Evening, crush: str) -> None:
    s.at(27)
    s.act(
        "supervisor",
        "record_phase",
        incident=crush,
        value="communale",
        authority="Bourgmestre de Bruxelles / Burgemeester van Brussel",
        declared_at=s.moment(-4),
        informed_at=s.moment(-1),
    )
    for text, language, function, basis, owner, due in (
        (
            "Évacuer par les portes E et F ; ne plus desservir la station Heysel.",
            *("fr", "Dir-PC-Ops", "Densité 5,7 p/m² à la porte C, quai complet"),
            *("D3 · PZ 5339", 12),
        ),
        (
            "Onthaalcentrum voor verwanten openen in Paleis 12.",
            *("nl", "Burgemeester", "Tweehonderd oproepen van families", "D2 · PSM", 40),
        ),
    ):
        s.act(
            "supervisor",
            "record_decision",
            incident=crush,
            text=text,
            language=language,
            function=function,
            decided_at=s.moment(-2),
            basis=basis,
            owner=owner,
            due_at=s.moment(due),
        )
    for kind, reach in (("zone_red", 150), ("zone_orange", 350), ("zone_yellow", 700)):
        middle = {"type": "Point", "coordinates": (4.3390, 50.8994)}
        zone = {"layer": "room", "kind": kind, "geometry": middle, "radius_m": reach}
        s.act("operator", "draw", incident=crush, **zone)
    first = min(s.situation().decisions, key=lambda name: int(name.split("-")[1]))
    for capacity in ("operator", "police"):
        s.act(capacity, "see_decision", decision=first)
    s.at(24)
    s.act(
        "operator",
        "file_report",
        incident=crush,
        major_incident=True,
        exact_location="Porte C, entre Palais 5 et métro / Poort C, tussen Paleis 5 en metro",
        type="Compression de foule / Gedrang",
        hazards=["Barrières couchées", "Pétards"],
        access="Avenue de Bouchout / Boechoutlaan",
        casualties={"t1": 3, "t2": 9, "t3": 20, "involved": 300},
        services_present=["D1", "D2", "D3"],
        services_required=["PMA/VMP", "Rode Kruis", "PIPS/PSIP"],
        source="Dir-Med",
    )
    for category, value, certainty in (("t1", 4, "confirmed"), ("t2", 9, "estimated")):
        figure = {"category": category, "value": value, "certainty": certainty}
        s.act("d2", "report_count", incident=crush, **figure, source="D2 · régulation")
    for title, language, discipline, due in (
        ("Écrans FR/NL/EN : sortir par E et F", "fr", "D5", 8),
        ("Rode Kruis naar Paleis 12 sturen", "nl", "D2", 15),
        ("Ouvrir le numéro d’appel 1771", "fr", "D5", 45),
    ):
        task = {"title": title, "language": language, "discipline": discipline}
        s.act("operator", "open_task", incident=crush, **task, due_at=s.moment(due))
    for capacity, book, language, text in (
        ("supervisor", "room", "fr", "CC convoqué à 22 h 15, salle stratégique."),
        ("operator", "room", "nl", "MIVB: lijn 6 rijdt door, halte Heizel gesloten."),
        ("d2", "D2", "fr", "PMA opérationnel, 12 ambulances au parc."),
        ("police", "D3", "nl", "Perimeter rond poort C gesloten."),
        ("d5", "D5", "fr", "Premier message FR/NL/EN diffusé."),
    ):
        _line(s, capacity, book, crush, language, text)


def _the_last_minute(s: Evening) -> None:
    s.status("video:heysel", "offline", trouble="Pas de réponse depuis 90 s / Geen antwoord")
    since = datetime.fromisoformat(s.moment(-6))
    s.status("anpr:boul", "catching_up", outbox=318, outbox_since=since)
    s.refuse("sensor:hydria", "data.observed_at: a time without an offset", 14)
    s.flies("UAS-EXE-1", (50.9010, 4.3350), 140)
    s.at(0.5)
    s.flies("UAS-EXE-1", (50.9004, 4.3362), 140)
    situation = s.situation()
    waiting = [
        alarm
        for alarm in sorted(situation.alarms.values(), key=lambda alarm: alarm.raised_at)
        if (alarm.kind, alarm.priority, alarm.role) == ("alarm", 3, "operator")
        and alarm.cleared_at is None
        and alarm.incident is not None
        and situation.incidents[alarm.incident].severity < 4
    ]
    reason = "Équipe en route, rappel prévu / Ploeg onderweg"
    for alarm, minutes in zip(waiting, (20, 10), strict=False):
        s.act("operator", "shelve_alarm", alarm=alarm.id, minutes=minutes, reason=reason)


def _all_online(s: Evening) -> None:
    for source in SOURCES:
        s.status(source, "online")


def _hear_row(s: Evening, row: dict[str, Any]) -> str:
    s.at(row["at"])
    lat, lon = row["where"]
    more: dict[str, Any] = {k: row[k] for k in ("codes", "accuracy_m", "severity") if k in row}
    more |= row.get("facts", {})
    return s.hear(row["source"], row["type"], (lat, lon), row["text"], row["headline"], **more)


def _line(s: Evening, by: str, book: str, incident: str, language: str, text: str) -> None:
    s.act(by, "write_log", book=book, incident=incident, text=text, language=language)


@cache
def _told() -> dict[str, Any]:
    rows: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("crisis.yaml").read_text("utf-8")
    )
    return rows


def ring(middle: Where, reach: float) -> list[Where]:
    """An uneven outline around a place."""
    corners = [(-1.2, -0.6), (0.4, -1.0), (1.4, -0.2), (0.9, 0.9), (-0.6, 1.0)]
    lat, lon = middle
    return [(round(lat + y * reach, 5), round(lon + x * reach * 1.5, 5)) for x, y in corners]


def crisis_cameras(realm: str = REALM) -> list[Camera]:
    """Around the Heysel; one has no agreement, and turns."""
    return [
        Camera.model_validate(
            {
                "id": row["id"],
                "name": {"fr": row["fr"], "nl": row["nl"]},
                "lat": row["at"][0],
                "lon": row["at"][1],
                "heading_deg": row.get("heading"),
                "field_of_view_deg": 60 if "heading" in row else None,
                "turns": "heading" not in row,
                "range_m": 120,
                "realm": realm,
                "legal_regime": "trafic_non_surveillance",
                "agreement": row.get("agreement", True),
                "codes": CRUSH,
            }
        )
        for row in _told()["cameras"]
    ]
