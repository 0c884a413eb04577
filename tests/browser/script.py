"""A journal written by hand: what the room learned and decided, entry by entry."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from tocsin.contract.times import to_text
from tocsin.engine.decide import decide
from tocsin.engine.inputs import CommandGiven
from tocsin.journal.entry import Entry, EntryKind
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation

JOIN = {"rule": "R-JOIN@1", "threshold": 0.75, "runner_up": None}
OPEN = {"rule": "R-OPEN@1", "threshold": 0.75, "best": None}
ALONE = {"fr": "Ixelles", "nl": "Elsene"}


class Script:
    """`ago` is in seconds before now; entries are numbered as they are written."""

    def __init__(self, realm: str = "live", title: str | None = None) -> None:
        self.realm = realm
        self.title = title
        self.entries: list[Entry] = []
        self.started = datetime.now(UTC)
        self._incidents = 0

    def write(self, kind: str, body: dict[str, Any], ago: float = 0) -> int:
        n = len(self.entries) + 1
        moment = datetime.now(UTC) - timedelta(seconds=ago)
        self.entries.append(Entry(n, to_text(moment), cast(EntryKind, kind), n, body))
        return n

    def observe(self, source: str, headline: str, *, ago: float = 0, **more: Any) -> str:
        n = len(self.entries) + 1
        moment = datetime.now(UTC) - timedelta(seconds=ago)
        shown = {
            "id": f"O-{n}",
            "source": source,
            "external_id": f"x-{n}",
            "kind": "event",
            "action": "new",
            "mode": "real",
            "recorded_at": to_text(moment),
            "observed_at": to_text(moment - timedelta(seconds=7)),
            "headline": headline,
            **more,
        }
        self.write("observation_recorded", {"shown": shown}, ago)
        return str(shown["id"])

    def open(
        self,
        observation: str,
        type_code: str,
        severity: int,
        *,
        commune: dict[str, str] | None = None,
        ago: float = 0,
        why: dict[str, Any] | None = None,
    ) -> str:
        self._incidents += 1
        incident = f"I-{self._incidents:04d}"
        body = {
            "incident": incident,
            "type": type_code,
            "severity": severity,
            "observation": observation,
            "commune": commune,
            "why": why or OPEN,
        }
        self.write("incident_opened", body, ago)
        return incident

    def join(
        self,
        incident: str,
        observation: str,
        score: float,
        terms: list[tuple[str, float, dict[str, Any]]],
        *,
        ago: float = 0,
        runner_up: dict[str, Any] | None = None,
    ) -> int:
        why = {**JOIN, "score": score, "terms": told(terms), "runner_up": runner_up}
        body = {"incident": incident, "observation": observation, "why": why}
        return self.write("observation_joined", body, ago)

    def suggest(
        self,
        own: str,
        other: str,
        observation: str,
        score: float,
        terms: list[tuple[str, float, dict[str, Any]]],
        ago: float = 0,
    ) -> None:
        why = {"rule": "R-SUGGEST@1", "score": score, "threshold": 0.75, "terms": told(terms)}
        body = {
            "from": own,
            "incident": other,
            "observation": observation,
            "suggestion": f"S-{len(self.entries) + 1}",
            "why": {**why, "runner_up": None},
        }
        self.write("join_suggested", body, ago)

    def tie(
        self,
        incident: str,
        measure: str,
        reason: tuple[str, str, str],
        *,
        relation: str = "mobilise",
        strength: str = "auto",
        evidence: tuple[str, ...] = (),
        ago: float = 0,
    ) -> None:
        tie = {
            "id": f"{incident}/{measure}/{relation}",
            "measure": {"plan": "PGSP-2017-2020", "code": measure},
            "relation": relation,
            "strength": strength,
            "rule": f"R-{measure}-a@1",
            "evidence": list(evidence),
            "reason": dict(zip(("fr", "nl", "en"), reason, strict=True)),
            "status": "proposed",
        }
        self.write("tie_proposed", {"incident": incident, "tie": tie}, ago)

    def source(self, source: str, state: str, *, ago: float = 0, **more: Any) -> None:
        since = to_text(datetime.now(UTC) - timedelta(seconds=ago))
        view = {"source": source, "state": state, "since": since, "adapter": "cap", **more}
        self.write("source_changed", {"source": view}, ago)

    def quarantine(self, source: str, reason: str, detail: str, count: int, ago: float = 0) -> None:
        body = {"source": source, "reason": reason, "field": "", "detail": detail}
        self.write("message_quarantined", {**body, "size": 12, "count": count}, ago)

    def alarm(
        self,
        type_name: str,
        reason: tuple[str, str, str],
        *,
        priority: int = 2,
        role: str = "operator",
        incident: str | None = None,
        ago: float = 0,
        due_s: float | None = 120,
        **more: Any,
    ) -> str:
        alarm = f"A-{len(self.entries) + 1}"
        raised = _ago(ago)
        record = {
            "id": alarm,
            "type": type_name,
            "kind": "alarm",
            "priority": priority,
            "role": role,
            "rule": "R-ALARM@1",
            "reason": dict(zip(("fr", "nl", "en"), reason, strict=True)),
            "raised_at": raised,
            "last_at": raised,
            "due_at": None if due_s is None else _ago(ago - due_s),
            "incident": incident,
            "folded": False,
            "acknowledged": {},
            **more,
        }
        self.write("alarm_raised", {"alarm": record}, ago)
        return alarm

    def change_alarm(self, kind: str, alarm: str, **changes: Any) -> int:
        return self.write(kind, {"alarm": alarm, "changes": changes})

    def situation(self) -> Situation:
        return evolve_all(Situation(realm=self.realm), self.entries)

    def command(self, command: str, capacity: str = "operator", **given: Any) -> int:
        """What somebody at another desk does meanwhile."""
        return self.carry_out({"command": command, **given}, capacity)

    def carry_out(self, document: dict[str, Any], capacity: str = "operator") -> int:
        """The real engine's answer, so that the screen sees what would really come back."""
        at = to_text(datetime.now(UTC))
        given = CommandGiven(at, f"{capacity} on this machine", document, capacity)
        self.entries += decide(self.situation(), given)
        return len(self.entries)


def told(terms: list[tuple[str, float, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"term": name, "value": value, "detail": detail} for name, value, detail in terms]


TUNNEL_TERMS: list[tuple[str, float, dict[str, Any]]] = [
    ("shared_id", 0.45, {"code": "tunnel:annie-cordy"}),
    ("distance", 0.21, {"metres": 410, "reach": 600}),
    ("time", 0.18, {"seconds": 120, "window_s": 2700}),
    ("family", 0.1, {"observation": "TRA-TUN", "incident": "HAZ-ROA"}),
    ("other_source_class", 0.1, {"observation": "cad", "incident": "mobiris"}),
]
SURFACE_TERMS: list[tuple[str, float, dict[str, Any]]] = [
    ("distance", 0.33, {"metres": 95, "reach": 300}),
    ("family", 0.25, {"observation": "TRA-ACC", "incident": "TRA-ACC"}),
    ("time", 0.19, {"seconds": 61, "window_s": 1200}),
    ("place_name", 0.2, {"code": "tunnel:annie-cordy"}),
    ("other_level", -0.4, {"code": "surface"}),
]


def a_busy_afternoon(realm: str = "live", title: str | None = None) -> Script:
    """Eight incidents in Brussels, with ties, a suggestion, troubled sources and a quarantine."""
    s = Script(realm, title)
    if title is not None:
        titles = {"fr": title, "nl": title, "en": title}
        s.write("exercise_changed", {"exercise": {"title": titles, "state": "running"}}, 1300)
    for source, state, ago, more in (
        ("mobiris:tunnels", "online", 4100, {}),
        ("cad:112-bru", "online", 4100, {}),
        ("stib:events", "online", 4100, {}),
        ("cap:meteoalarm-be", "online", 4100, {}),
        ("anpr:lez", "catching_up", 140, {"outbox": 318, "outbox_since": _ago(700)}),
        ("drone:dca-1", "online", 900, {}),
        ("video:mob-west", "silent", 95, {}),
        (
            "sensor:hydria",
            "offline",
            2520,
            {"trouble": "Le fournisseur répond 503 depuis 14 essais."},
        ),
    ):
        s.source(source, state, ago=ago, **more)

    crowd = s.observe(
        "event:agenda",
        "Marathon relais, départ place Royale",
        ago=3900,
        type_hint="CRO-EVT",
        lat=50.8422,
        lon=4.3600,
        accuracy_m=250.0,
        outline=_ring(50.8415, 4.3612, 0.0045),
    )
    s.open(crowd, "CRO-EVT", 0, commune={"fr": "Bruxelles", "nl": "Brussel"}, ago=3900)

    demo = s.observe(
        "police:pz-5339",
        "Manifestation annoncée, 3 000 personnes",
        ago=3000,
        type_hint="PUB-DEM",
        lat=50.8503,
        lon=4.3489,
        accuracy_m=120.0,
        text="Boulevard Anspach",
    )
    i_demo = s.open(demo, "PUB-DEM", 1, commune={"fr": "Bruxelles", "nl": "Brussel"}, ago=3000)
    s.tie(
        i_demo,
        "M10.1",
        (
            "Images demandées par la police.",
            "Beelden gevraagd door de politie.",
            "Pictures asked for by the police.",
        ),
        strength="suggested",
        ago=2990,
    )

    storm = s.observe(
        "cap:meteoalarm-be",
        "Alerte orange vent, rafales jusqu’à 95 km/h",
        ago=2500,
        type_hint="WEA-STO",
        lat=50.8388,
        lon=4.3631,
        severity=2,
        facts={"gust_kmh": 95},
        outline=_ring(50.8000, 4.4050, 0.022),
    )
    s.open(storm, "WEA-STO", 2, commune={"fr": "Auderghem", "nl": "Oudergem"}, ago=2500)

    fire = s.observe(
        "cad:112-bru",
        "Feu de cuisine, évacuation de l’immeuble",
        ago=1800,
        type_hint="FIR-BLD",
        lat=50.8260,
        lon=4.3800,
        accuracy_m=30.0,
        text="Chaussée d’Ixelles 204",
    )
    i_fire = s.open(fire, "FIR-BLD", 2, commune=ALONE, ago=1800)
    s.write(
        "incident_state_changed",
        {
            "incident": i_fire,
            "state": "closed",
            "reason": "source_ended",
            "by": None,
            "why": {"rule": "R-END@1"},
        },
        600,
    )

    metro = s.observe(
        "stib:events",
        "Détection de fumée au quai inférieur, rame retenue",
        ago=1260,
        type_hint="PTR-MET",
        lat=50.8455,
        lon=4.3695,
        accuracy_m=60.0,
        codes={"station": "arts-loi"},
        facts={"smoke": True},
    )
    i_metro = s.open(metro, "PTR-MET", 3, commune={"fr": "Bruxelles", "nl": "Brussel"}, ago=1260)
    call = s.observe(
        "cad:112-bru",
        "Six appels : fumée à Madou",
        ago=1100,
        type_hint="PTR-MET",
        lat=50.8498,
        lon=4.3690,
        accuracy_m=400.0,
    )
    s.join(
        i_metro,
        call,
        0.78,
        [
            ("distance", 0.2, {"metres": 480, "reach": 750}),
            ("time", 0.18, {"seconds": 160, "window_s": 2700}),
            ("family", 0.25, {"observation": "PTR-MET", "incident": "PTR-MET"}),
            ("other_source_class", 0.1, {"observation": "cad", "incident": "stib"}),
            ("smoke_both", 0.05, {}),
        ],
        ago=1100,
    )
    s.tie(
        i_metro,
        "M10.1",
        (
            "Images de la STIB partagées avec D1 et D3.",
            "Beelden van de MIVB gedeeld met D1 en D3.",
            "STIB-MIVB pictures shared with D1 and D3.",
        ),
        evidence=(metro,),
        ago=1090,
    )

    tunnel = s.observe(
        "mobiris:tunnels",
        "Véhicule arrêté et fumée, section 12",
        ago=520,
        type_hint="TRA-TUN",
        lat=50.8632,
        lon=4.3365,
        accuracy_m=80.0,
        text="Tunnel Annie Cordy",
        codes={"tunnel": "annie-cordy"},
        facts={"smoke": True},
    )
    i_tunnel = s.open(
        tunnel,
        "TRA-TUN",
        3,
        commune={"fr": "Koekelberg", "nl": "Koekelberg"},
        ago=520,
        why={
            **OPEN,
            "best": {"incident": i_metro, "score": 0.31, "terms": told(SURFACE_TERMS[2:3])},
        },
    )
    calls = s.observe(
        "cad:112-bru",
        "Deux appels pour le même accident, portail Sainctelette",
        ago=400,
        type_hint="TRA-TUN",
        lat=50.8597,
        lon=4.3478,
        accuracy_m=300.0,
        codes={"tunnel": "annie-cordy"},
    )
    s.join(
        i_tunnel,
        calls,
        1.04,
        TUNNEL_TERMS,
        ago=400,
        runner_up={"incident": i_metro, "score": 0.41, "terms": []},
    )
    lorry = s.observe(
        "mobiris:permits",
        "Citerne 33/1203 sous permis P-EXO-7, hors itinéraire",
        ago=330,
        type_hint="HAZ-ROA",
        lat=50.8638,
        lon=4.3350,
        accuracy_m=40.0,
        late_s=58,
        confidence=0.86,
        codes={"tunnel": "annie-cordy", "convoy": "P-EXO-7"},
        facts={"dangerous_goods": True, "un_number": "1203"},
    )
    s.join(i_tunnel, lorry, 0.83, TUNNEL_TERMS[:4], ago=330)
    s.write(
        "incident_regraded",
        {
            "incident": i_tunnel,
            "type": "HAZ-ROA",
            "severity": 3,
            "place": None,
            "why": {
                "rule": "R-GRADE@1",
                "from": {"type": "TRA-TUN", "severity": 3, "place": None},
                "observation": lorry,
            },
        },
        330,
    )
    camera = s.observe(
        "video:mob-west",
        "CAM-TUN-114 sans image",
        ago=280,
        kind="camera_status",
        lat=50.8629,
        lon=4.3379,
        codes={"tunnel": "annie-cordy"},
        facts={"camera_state": "no_image"},
    )
    s.join(i_tunnel, camera, 0.8, TUNNEL_TERMS[:3], ago=280)
    s.tie(
        i_tunnel,
        "M10.4",
        (
            "Convoi de produits dangereux hors de son itinéraire.",
            "Transport van gevaarlijke stoffen buiten zijn route.",
            "Dangerous-goods convoy off its route.",
        ),
        evidence=(lorry,),
        ago=325,
    )
    s.tie(
        i_tunnel,
        "M10.1",
        (
            "La caméra CAM-TUN-114 ne donne plus d’image.",
            "Camera CAM-TUN-114 geeft geen beeld meer.",
            "Camera CAM-TUN-114 shows no picture any more.",
        ),
        relation="revele",
        evidence=(camera,),
        ago=279,
    )
    s.tie(
        i_tunnel,
        "M10.9",
        (
            "Message de tunnel et radio FM employés.",
            "Tunnelbericht en FM-radio ingezet.",
            "Tunnel message and FM break-in in use.",
        ),
        ago=278,
    )
    s.tie(
        i_tunnel,
        "M10.6",
        (
            "Un message à la population est attendu.",
            "Een bericht aan de bevolking wordt verwacht.",
            "A message to the population is expected.",
        ),
        ago=277,
    )
    s.tie(
        i_tunnel,
        "M10.8",
        (
            "Vol possible : vent sous la limite.",
            "Vlucht mogelijk: wind onder de limiet.",
            "Flight possible: wind below the limit.",
        ),
        strength="suggested",
        ago=276,
    )

    bump = s.observe(
        "cad:112-bru",
        "Accrochage place Sainctelette, en surface",
        ago=240,
        type_hint="TRA-ACC",
        lat=50.8600,
        lon=4.3490,
        accuracy_m=25.0,
        text="Place Sainctelette",
        codes={"level": "surface"},
    )
    i_bump = s.open(
        bump,
        "TRA-ACC",
        1,
        commune={"fr": "Molenbeek-Saint-Jean", "nl": "Sint-Jans-Molenbeek"},
        ago=240,
        why={**OPEN, "best": {"incident": i_tunnel, "score": 0.57, "terms": told(SURFACE_TERMS)}},
    )
    s.suggest(i_bump, i_tunnel, bump, 0.57, SURFACE_TERMS, ago=240)

    victims = s.observe(
        "cad:112-bru",
        "METHANE : 2 T1, 2 T2, 4 T3, 45 personnes sortent à pied",
        ago=95,
        kind="report",
        type_hint="MED-MCI",
        lat=50.8594,
        lon=4.3472,
        accuracy_m=150.0,
        text="Sortie Sainctelette",
        outline=_ring(50.8594, 4.3472, 0.0022),
    )
    i_victims = s.open(
        victims,
        "MED-MCI",
        4,
        commune={"fr": "Molenbeek-Saint-Jean", "nl": "Sint-Jans-Molenbeek"},
        ago=95,
    )
    s.tie(
        i_victims,
        "M10.12",
        (
            "Plus de vingt impliqués.",
            "Meer dan twintig betrokkenen.",
            "More than twenty people involved.",
        ),
        strength="suggested",
        ago=94,
    )

    for k, (lat, lon) in enumerate(
        [
            (50.872, 4.34),
            (50.853, 4.37),
            (50.834, 4.33),
            (50.821, 4.36),
            (50.89, 4.38),
            (50.846, 4.41),
            (50.83, 4.43),
        ]
    ):
        s.observe("anpr:lez", "Passage", ago=200 - 20 * k, kind="anpr_passage", lat=lat, lon=lon)
    for k, (lat, lon, course) in enumerate(
        [(50.861, 4.352, 250), (50.866, 4.331, 80), (50.851, 4.392, 10)]
    ):
        s.observe(
            "drone:dca-1",
            "Drone",
            ago=4 + 40 * k,
            kind="drone_track",
            lat=lat,
            lon=lon,
            track=f"drone:dca-1|{k}",
            facts={"heading_deg": course},
        )
    s.quarantine(
        "anpr:lez",
        "schema",
        "data.observed_at : écrivez l’heure en ISO 8601 avec décalage",
        14,
        120,
    )
    s.quarantine("sensor:hydria", "not_json", "expected value at line 1 column 1", 3, 2600)
    return s


def _ago(seconds: float) -> str:
    return to_text(datetime.now(UTC) - timedelta(seconds=seconds))


def _ring(lat: float, lon: float, reach: float) -> dict[str, Any]:
    corners = [(-1.2, -0.6), (0.4, -1.0), (1.4, -0.2), (0.9, 0.9), (-0.6, 1.0), (-1.2, -0.6)]
    ring = [[round(lon + x * reach * 1.5, 5), round(lat + y * reach, 5)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}
