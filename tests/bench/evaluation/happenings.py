"""How each kind of happening is told in an hour: who calls, who follows, in which order.

Each function puts one happening (or a few that lie close) on a stage; times are seconds.
"""

import random
from collections.abc import Sequence
from typing import Any

from bench.evaluation import subjects
from bench.evaluation.ground import (
    REGION_BOX,
    Named,
    Spot,
    Station,
    Street,
    Tunnel,
    anywhere,
    metro_stations,
    nearest_street,
)
from bench.evaluation.stage import Scene, Stage
from bench.evaluation.subjects import Subject

FIRE_CREWS, POLICE, MOBIRIS, STIB = "cad:siamu", "police:zone", "mobiris:events", "stib:events"
CHANNEL_STATES = ("up", "degraded")
POLICE_CAMERAS, CITY_CAMERAS = "LFP_police", "loi_cameras_lieu_ouvert"


def called_in(
    stage: Stage,
    subject: Subject,
    scene: Scene,
    at: float,
    calls: tuple[int, int],
    *,
    spread_s: float = 120,
    crews: str | None = FIRE_CREWS,
) -> str:
    """A burst of calls, then the word of the service that went there, and of the last caller."""
    chance, truth = stage.chance, stage.happening(subject.name)
    said: list[str] = []
    when = at
    for _ in range(chance.randint(*calls)):
        linked = said and chance.random() < 0.10  # the dispatcher saw that it is the same
        more: dict[str, Any] = {"action": "update", "chain": [said[0]]} if linked else {}
        said.append(stage.call(truth, subject, scene, when, **more))
        when += chance.expovariate(1 / spread_s)
    if crews is not None:
        _follow(stage, truth, subject, scene, at, crews)
    return truth


def _follow(
    stage: Stage, truth: str, subject: Subject, scene: Scene, at: float, crews: str
) -> None:
    """Sent out for what the first call was typed, on the spot with the true type, often done."""
    chance = stage.chance
    when = at + chance.uniform(60, 240)
    called = stage.first_typed.get(truth)
    first = stage.report(truth, crews, called, scene, when, kind="event", headline="Départ")
    when += chance.uniform(200, 500)
    stage.report(
        truth,
        crews,
        subject.type,
        scene,
        when,
        action="update",
        chain=[first],
        headline="Sur place",
    )
    if chance.random() < 0.25:
        when += chance.uniform(200, 900)
        stage.report(truth, crews, subject.type, scene, when, accuracy_m=60, headline="METHANE")
    if chance.random() < 0.4:
        when += chance.uniform(900, 1800)
        stage.report(
            truth, crews, subject.type, scene, when, action="end", chain=[first], headline="Terminé"
        )


def house_fire(stage: Stage, scene: Scene, at: float) -> None:
    truth = called_in(stage, subjects.HOUSE_FIRE, scene, at, (3, 9))
    if stage.chance.random() < 0.5:
        camera(stage, truth, scene, at + stage.chance.uniform(120, 600), "Fumée visible")
    if stage.chance.random() < 0.3:
        hearsay(stage, truth, scene, at + stage.chance.uniform(300, 900))


def camera(stage: Stage, truth: str, scene: Scene, at: float, says: str) -> None:
    """A picture that shows it, from a camera in view."""
    stage.report(
        truth,
        f"camera:cam-{stage.chance.randrange(1, 900)}",
        None,
        Scene.at(stage.around(scene.spot, 35)),
        at,
        kind="camera_frame",
        accuracy_m=40,
        legal_regime=CITY_CAMERAS,
        headline=says,
    )


def hearsay(stage: Stage, truth: str, scene: Scene, at: float) -> None:
    """What is read online, entered by a person who knows about where."""
    stage.report(
        truth,
        "press:media",
        None,
        Scene(stage.around(scene.spot, 60), scene.street),
        at,
        kind="social",
        accuracy_m=150,
        confidence=0.3,
        headline="Grosse fumée, photo d'un passant",
    )


def car_fire(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.CAR_FIRE, scene, at, (2, 5), spread_s=60)


def gas_smell(stage: Stage, scene: Scene, at: float) -> None:
    """Half of them a false alarm, which the caller's service takes back."""
    truth = called_in(stage, subjects.GAS_SMELL, scene, at, (2, 5), spread_s=150)
    when = at + stage.chance.uniform(200, 500)
    first = stage.report(truth, "sibelga:grid", "EXP-GAS", scene, when, kind="event")
    if stage.chance.random() < 0.5:
        when += stage.chance.uniform(500, 1200)
        stage.report(
            truth,
            "sibelga:grid",
            "EXP-GAS",
            scene,
            when,
            kind="event",
            action="cancel",
            chain=[first],
        )


def collision(stage: Stage, scene: Scene, at: float) -> None:
    truth = called_in(stage, subjects.COLLISION, scene, at, (2, 6), spread_s=90)
    if stage.chance.random() < 0.4:
        stage.report(truth, POLICE, "TRA-ACC", scene, at + stage.chance.uniform(200, 700))


def tram_collision(stage: Stage, scene: Scene, at: float) -> None:
    truth = called_in(stage, subjects.TRAM_COLLISION, scene, at, (2, 6), spread_s=90)
    line = str(stage.chance.choice((3, 4, 7, 19, 25, 51, 55, 81, 92)))
    stage.report(
        truth,
        STIB,
        "PTR-SUR",
        scene,
        at + stage.chance.uniform(30, 180),
        kind="event",
        location_codes={"line": line},
        headline=f"Tram {line} arrêté, accident",
    )


def medical(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.MEDICAL, scene, at, (1, 3), spread_s=100, crews="cad:ambulances")


def brawl(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.BRAWL, scene, at, (2, 5), crews=POLICE)


def parcel(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.PARCEL, scene, at, (1, 2), crews=POLICE)


def burst_main(stage: Stage, scene: Scene, at: float) -> None:
    truth = called_in(stage, subjects.BURST_MAIN, scene, at, (2, 5), spread_s=240)
    when = at + stage.chance.uniform(400, 1200)
    stage.report(truth, "vivaqua:network", "UTL-WAT", scene, when, kind="event")


def pollution(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.POLLUTION, scene, at, (1, 3), spread_s=400)


def missing_child(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.MISSING_CHILD, scene, at, (1, 3), spread_s=300, crews=POLICE)


def rail_accident(stage: Stage, scene: Scene, at: float) -> None:
    truth = called_in(stage, subjects.RAIL_ACCIDENT, scene, at, (2, 5))
    stage.report(truth, "infrabel:traffic", "RAI-ACC", scene, at + 60, kind="event", accuracy_m=150)


def tree_down(stage: Stage, scene: Scene, at: float) -> None:
    called_in(stage, subjects.TREE_DOWN, scene, at, (1, 4), spread_s=150)


def flooded_quarter(
    stage: Stage, scene: Scene, at: float, calls: tuple[int, int] = (4, 9), spread_s: float = 90
) -> None:
    """Cellars and garages of one low-lying quarter: each caller speaks of a house of his own."""
    truth = stage.happening(subjects.FLOODED_QUARTER.name)
    when = at
    for _ in range(stage.chance.randint(*calls)):
        house = Scene.at(stage.around(scene.spot, 110))
        stage.call(truth, subjects.FLOODED_QUARTER, house, when)
        when += stage.chance.expovariate(1 / spread_s)
    _follow(stage, truth, subjects.FLOODED_QUARTER, scene, at + 300, FIRE_CREWS)


def power_cut(stage: Stage, scene: Scene, at: float) -> None:
    """A district without current: the grid knows its outline, callers their own street."""
    truth = stage.happening(subjects.POWER_CUT.name)
    stage.tell(
        truth,
        "sibelga:grid",
        "event",
        at + stage.chance.uniform(0, 200),
        geometry=_square(scene.spot, 600),
        type_hint="UTL-PWR",
        headline="Coupure, cabine hors service",
    )
    for _ in range(stage.chance.randint(3, 8)):
        house = Scene.at(stage.around(scene.spot, 250))
        stage.call(truth, subjects.POWER_CUT, house, at + stage.chance.expovariate(1 / 300))


# --- things that lie close and are not one


def two_accidents(stage: Stage, scene: Scene, at: float) -> None:
    """Two at the same time, 250 to 400 m apart: the queue's tail meets the next crossing."""
    collision(stage, scene, at)
    collision(stage, _away(stage, scene, 250, 400), at + stage.chance.uniform(20, 240))


def both_ends_of_a_street(stage: Stage, street: Street, at: float) -> None:
    """One long street, two accidents: the name alone says nothing."""
    collision(stage, Scene.on(street, 0.06), at)
    collision(stage, Scene.on(street, 0.94), at + stage.chance.uniform(20, 300))


def fire_and_a_sick_neighbour(stage: Stage, scene: Scene, at: float) -> None:
    """A fire, and about 150 m away somebody ill who has nothing to do with it."""
    house_fire(stage, scene, at)
    medical(stage, _away(stage, scene, 140, 180), at + stage.chance.uniform(30, 400))


def _away(stage: Stage, scene: Scene, nearest_m: float, farthest_m: float) -> Scene:
    """A scene on a street about that far off, in a direction of its own."""
    best = None
    for _ in range(40):
        spot = scene.spot.moved(
            stage.chance.uniform(-farthest_m, farthest_m),
            stage.chance.uniform(-farthest_m, farthest_m),
        )
        if not nearest_m <= scene.spot.metres_to(spot) <= farthest_m:
            continue
        street = nearest_street(spot)
        best = Scene(spot, street)
        if street.name != scene.street.name:
            break
    assert best is not None
    return best


# --- tunnels, metro


def tunnel_crash(stage: Stage, tunnel: Tunnel, at: float) -> None:
    """A crash inside a tunnel, seen by its detectors and from both of its portals."""
    chance, truth = stage.chance, stage.happening(subjects.TUNNEL_CRASH.name)
    inside = Scene(tunnel.at(chance.uniform(0.3, 0.7)), nearest_street(tunnel.at(0.5)), tunnel.name)
    codes = {"tunnel": tunnel.code}
    first = stage.report(
        truth,
        MOBIRIS,
        "TRA-TUN",
        inside,
        at,
        kind="event",
        accuracy_m=50,
        location_codes=codes,
        source_code="STOPPED",
        headline="Véhicule à l'arrêt",
    )
    when = at + 20
    for turn in range(chance.randint(4, 8)):
        portal = tunnel.portals[turn % 2] if chance.random() < 0.8 else inside.spot
        scene = Scene(portal, nearest_street(portal), tunnel.name)
        known = chance.random() < 0.5  # the dispatcher's map knows the tunnel
        stage.call(truth, subjects.TUNNEL_CRASH, scene, when, location_codes=codes if known else {})
        when += chance.expovariate(1 / 80)
    stage.report(
        truth,
        MOBIRIS,
        "TRA-TUN",
        inside,
        at + chance.uniform(60, 300),
        kind="event",
        accuracy_m=50,
        action="update",
        chain=[first],
        location_codes=codes,
        headline="Tunnel fermé",
    )
    post = Scene.at(tunnel.portals[0], tunnel.name)
    _follow(stage, truth, subjects.TUNNEL_CRASH, post, at + 60, FIRE_CREWS)


def crash_above_a_tunnel(stage: Stage, tunnel: Tunnel, at: float) -> None:
    """A small collision on the surface, at a portal of the tunnel."""
    spot = stage.around(tunnel.portals[1], 25)
    truth = stage.happening("collision-above")
    scene = Scene.at(spot)
    surface = {"level": "surface"}
    for turn in range(stage.chance.randint(2, 4)):
        codes = surface if stage.chance.random() < 0.6 else {}
        stage.call(truth, subjects.COLLISION, scene, at + 50 * turn, location_codes=codes)
    stage.report(truth, POLICE, "TRA-ACC", scene, at + 300, location_codes=surface)


def metro_smoke(stage: Stage, station: Station, at: float) -> None:
    """Smoke in a station; some callers name the next station, where they came out."""
    chance, truth = stage.chance, stage.happening(subjects.METRO_SMOKE.name)
    neighbours = sorted(metro_stations(), key=lambda s: s.spot.metres_to(station.spot))[1:3]
    codes = {"station": station.code}
    here = Scene(station.spot, nearest_street(station.spot), _station(station))
    first = stage.report(
        truth, STIB, "PTR-MET", here, at, kind="event", location_codes=codes, headline="Fumée quai"
    )
    when = at + 30
    for _ in range(chance.randint(4, 8)):
        place = station if chance.random() < 0.7 else chance.choice(neighbours)
        scene = Scene(stage.around(place.spot, 40), nearest_street(place.spot), _station(place))
        stage.call(truth, subjects.METRO_SMOKE, scene, when)
        when += chance.expovariate(1 / 70)
    stage.report(
        truth,
        STIB,
        "PTR-MET",
        here,
        at + 240,
        kind="event",
        action="update",
        chain=[first],
        location_codes=codes,
        headline="Courant de traction coupé",
    )
    _follow(stage, truth, subjects.METRO_SMOKE, here, at + 60, FIRE_CREWS)


def planned_works(stage: Stage, station: Station, at: float) -> None:
    """The current cut at another station at the same moment, because it was planned."""
    stage.report(
        stage.happening("planned-works"),
        STIB,
        "PTR-MET",
        Scene(station.spot, nearest_street(station.spot), _station(station)),
        at,
        kind="event",
        location_codes={"station": station.code},
        headline="Coupure de courant, travaux planifiés",
    )


def _station(station: Station) -> Named:
    return Named(f"station {station.name.fr}", f"station {station.name.nl}")


# --- what moves


def watched_vehicle(stage: Stage, route: Sequence[tuple[str, Spot]], token: str, at: float) -> str:
    """A vehicle on a watch list, seen by one gantry after another; some read it twice."""
    chance, truth = stage.chance, stage.happening("watched-vehicle")
    when, before = at, None
    for gantry, spot in route:
        if before is not None:
            when += before.metres_to(spot) / chance.uniform(6, 13)
        before = spot
        for _ in range(2 if chance.random() < 0.4 else 1):
            _hit(stage, truth, gantry, spot, token, when)
            when += chance.uniform(0.5, 2)
    if chance.random() < 0.5 and before is not None:
        end = Scene.at(stage.around(before, 250))
        stage.report(
            truth,
            POLICE,
            "SEC-VEH",
            end,
            when + chance.uniform(200, 500),
            location_codes={"vehicle": token},
            headline="Véhicule retrouvé stationné",
        )
    return truth


def circling_vehicle(
    stage: Stage, route: Sequence[tuple[str, Spot]], token: str, at: float, reads: int
) -> None:
    """A watched vehicle about its day: read again and again, with stops in between."""
    truth, when = stage.happening("watched-vehicle"), at
    for turn in range(reads):
        gantry, spot = route[turn % len(route)]
        _hit(stage, truth, gantry, spot, token, when)
        following = route[(turn + 1) % len(route)][1]
        when += spot.metres_to(following) / 9 + stage.chance.uniform(10, 120)


def misread_plate(stage: Stage, gantry: tuple[str, Spot], token: str, at: float) -> None:
    """Another vehicle read as the watched one, where that cannot be by now."""
    _hit(stage, stage.happening("misread"), *gantry, token, at, confidence=0.55)


def _hit(
    stage: Stage,
    truth: str,
    gantry: str,
    spot: Spot,
    token: str,
    at: float,
    confidence: float = 0.93,
) -> None:
    stage.tell(
        truth,
        f"anpr:{gantry}",
        "anpr_hit",
        at,
        spot=spot,
        accuracy_m=15,
        location_codes={"vehicle": token},
        legal_regime=POLICE_CAMERAS,
        confidence=confidence,
        headline="Lecture à vérifier",
    )


def stray_convoy(stage: Stage, route: Sequence[tuple[str, Spot]], permit: str, at: float) -> None:
    """A convoy off its permitted route, seen by gantries and then by a patrol."""
    truth, when, before = stage.happening("stray-convoy"), at, None
    for gantry, spot in route:
        when += 0 if before is None else before.metres_to(spot) / 8
        before = spot
        stage.tell(
            truth,
            f"anpr:{gantry}",
            "anpr_hit",
            when,
            spot=spot,
            accuracy_m=15,
            type_hint="TRA-CNV",
            location_codes={"convoy": permit},
            legal_regime=POLICE_CAMERAS,
            confidence=0.9,
            headline="Convoi hors itinéraire",
            attributes={"off_route": True},
        )
    if before is not None:
        patrol = Scene.at(stage.around(before, 120))
        stage.report(
            truth, POLICE, "TRA-CNV", patrol, when + 200, location_codes={"convoy": permit}
        )


def demonstration(stage: Stage, street: Street, at: float) -> None:
    """A march along a street: the police tell where its head is, drivers call about it."""
    chance, truth = stage.chance, stage.happening("demonstration")
    first: str | None = None
    steps = 6
    for step in range(steps):
        when = at + step * 420 + chance.uniform(-60, 60)
        scene = Scene.on(street, step / (steps - 1))
        linked = first is not None and chance.random() < 0.6
        told: dict[str, Any] = {"action": "update", "chain": [first]} if linked else {}
        said = stage.report(
            truth, POLICE, "PUB-DEM", scene, when, accuracy_m=80, headline="Tête du cortège", **told
        )
        first = first or said
        if chance.random() < 0.5:
            stage.call(truth, subjects.DEMONSTRATION, scene, when + chance.uniform(30, 200))


def drone_over(stage: Stage, scene: Scene, at: float) -> None:
    """A drone where none may fly: a detector follows it, people see it."""
    chance, truth = stage.chance, stage.happening("drone")
    track, spot = f"uav-{chance.randrange(16**6):06x}", scene.spot
    for step in range(chance.randint(4, 8)):
        spot = spot.moved(chance.uniform(-180, 180), chance.uniform(-180, 180))
        stage.tell(
            truth,
            "drones:detector",
            "drone_track",
            at + 30 * step,
            spot=spot,
            accuracy_m=60,
            type_hint="SEC-UAV",
            location_codes={"track": track},
            headline="Drone non permis",
        )
    for _ in range(chance.randint(0, 2)):
        stage.call(truth, subjects.DRONE, scene, at + chance.uniform(40, 300))


# --- over everything


def weather_warning(stage: Stage, at: float, type_hint: str = "WEA-STO", *, grade: int = 1) -> None:
    """A warning for the whole Region, renewed once, sometimes taken back."""
    chance, truth = stage.chance, stage.happening("warning")
    south, west, north, east = REGION_BOX
    area = {
        "type": "Polygon",
        "coordinates": [
            [[west, south], [east, south], [east, north], [west, north], [west, south]]
        ],
    }
    said: list[str] = []
    for turn, action in enumerate(("new", "update", "cancel")):
        if turn == 2 and chance.random() < 0.6:
            break
        said.append(
            stage.tell(
                truth,
                "cap:weather",
                "event",
                at + turn * chance.uniform(700, 1100),
                geometry=area,
                text="Région de Bruxelles-Capitale / Brussels Hoofdstedelijk Gewest",
                type_hint=type_hint,
                action=action,
                chain=said[-1:],
                severity=grade,
                headline="Avertissement météo",
            )
        )


def event_day(stage: Stage, scene: Scene, at: float) -> None:
    """A planned event with its outline, and inside it a crush and people taken ill."""
    chance, truth = stage.chance, stage.happening("event")
    first: list[str] = []
    for turn in range(5):
        said = stage.tell(
            truth,
            "police:event-desk",
            "report",
            at + turn * 600,
            geometry=_square(scene.spot, 350),
            text="Festival",
            type_hint="CRO-EVT",
            action="update" if first else "new",
            chain=first,
            headline="Suivi de l'événement",
        )
        first = first or [said]
    called_in(
        stage, subjects.CRUSH, Scene.at(stage.around(scene.spot, 60)), at + 900, (4, 9), spread_s=60
    )
    for _ in range(chance.randint(2, 3)):
        ill = _away(stage, scene, 250, 450)
        medical(stage, ill, at + chance.uniform(0, 3000))


def _square(spot: Spot, half_m: float) -> dict[str, object]:
    corners = [
        spot.moved(-half_m, -half_m),
        spot.moved(-half_m, half_m),
        spot.moved(half_m, half_m),
        spot.moved(half_m, -half_m),
    ]
    ring = [[round(c.lon, 6), round(c.lat, 6)] for c in (*corners, corners[0])]
    return {"type": "Polygon", "coordinates": [ring]}


# --- what belongs to nothing


def chattering_detector(stage: Stage, tunnel: Tunnel, at: float) -> None:
    """A detector that goes on and off by itself: one fault, many messages."""
    truth, when = stage.happening("chatter"), at
    spot, codes = tunnel.at(0.5), {"tunnel": tunnel.code}
    scene = Scene(spot, nearest_street(spot), tunnel.name)
    for _ in range(stage.chance.randint(3, 6)):
        on = stage.report(
            truth,
            MOBIRIS,
            "TRA-TUN",
            scene,
            when,
            kind="event",
            location_codes=codes,
            source_code="SMOKE-DETECTOR",
            headline="Détection de fumée",
        )
        when += stage.chance.uniform(8, 25)
        stage.report(
            truth,
            MOBIRIS,
            "TRA-TUN",
            scene,
            when,
            kind="event",
            action="end",
            chain=[on],
            location_codes=codes,
            source_code="SMOKE-DETECTOR",
            headline="Fin de détection",
        )
        when += stage.chance.uniform(15, 60)


def flapping_camera(stage: Stage, at: float) -> None:
    """A camera anywhere in the Region that loses its picture and finds it again."""
    chance = stage.chance
    spot, number = _anywhere_at_all(chance), chance.randrange(900, 999)
    for turn in range(chance.randint(2, 5)):
        stage.tell(
            None,
            f"camera:cam-{number}",
            "camera_status",
            at + turn * chance.uniform(60, 300),
            spot=spot,
            accuracy_m=20,
            legal_regime=CITY_CAMERAS,
            location_codes={"camera": f"CAM-{number}"},
            attributes={"camera_state": ("no_image", "ok")[turn % 2]},
            headline=f"CAM-{number}",
        )


def passing_vehicles(stage: Stage, gantries: Sequence[tuple[str, Spot]], number: int) -> None:
    for _ in range(number):
        gantry, spot = stage.chance.choice(gantries)
        stage.tell(
            None,
            f"anpr:{gantry}",
            "anpr_passage",
            stage.chance.uniform(0, 3600),
            spot=spot,
            accuracy_m=15,
            legal_regime=POLICE_CAMERAS,
            location_codes={"track": f"t-{stage.chance.randrange(16**8):08x}"},
        )


def moving_resources(stage: Stage, number: int) -> None:
    """Fire engines and ambulances at work, and channels that go up and down."""
    chance = stage.chance
    for _ in range(number):
        at = chance.uniform(0, 3600)
        stage.tell(
            None,
            "fleet:siamu",
            "resource_status",
            at,
            spot=anywhere(chance),
            accuracy_m=20,
            location_codes={"track": f"P{chance.randrange(100, 180)}"},
        )
        if chance.random() < 0.2:
            stage.tell(
                None,
                "telecom:channels",
                "channel_status",
                at,
                attributes={
                    "channel": "ASTRID",
                    "channel_state": chance.choice(("up", "degraded")),
                },
            )


def permitted_drone(stage: Stage, at: float) -> None:
    """The police's own drone: a place that moves, of no incident."""
    spot = anywhere(stage.chance)
    for step in range(10):
        spot = spot.moved(stage.chance.uniform(-60, 60), stage.chance.uniform(-60, 60))
        stage.tell(
            None,
            "drones:police",
            "drone_track",
            at + 15 * step,
            spot=spot,
            accuracy_m=5,
            location_codes={"track": "own-1"},
        )


def _anywhere_at_all(chance: random.Random) -> Spot:
    south, west, north, east = REGION_BOX
    return Spot(chance.uniform(south, north), chance.uniform(west, east))
