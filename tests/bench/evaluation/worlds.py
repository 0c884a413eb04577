"""Six hours of Brussels, each made of happenings; the same seed gives the same hour."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.evaluation import happenings as happen
from bench.evaluation.ground import (
    Spot,
    Street,
    Tunnel,
    metro_stations,
    station,
    streets,
    tunnel,
    tunnels,
)
from bench.evaluation.noise import Noise
from bench.evaluation.stage import Scene, Stage, Told

APART_M = 400.0  # between happenings that are not meant to lie close
GANTRIES = 18
LONG_STREET_M = 1_000.0  # from end to end, as the crow flies
Simple = Callable[[Stage, Scene, float], None]


@dataclass
class Hour:
    """One hour in the making: the stage, and which ground is already taken."""

    stage: Stage
    gantries: Sequence[tuple[str, Spot]]
    taken: list[Spot]

    @property
    def chance(self) -> random.Random:
        return self.stage.chance

    def when(self, latest: float = 2_700) -> float:
        return self.chance.uniform(0, latest)

    def scene(self, apart_m: float = APART_M) -> Scene:
        """A free spot on a street, away from everything else."""
        while True:
            scene = Scene.on(self.chance.choice(streets()), self.chance.random())
            if self._take(apart_m, scene.spot):
                return scene

    def long_street(self) -> Street:
        long = [
            s
            for s in streets()
            if s.length_m <= 3_500 and s.at(0.06).metres_to(s.at(0.94)) >= LONG_STREET_M
        ]
        while True:
            street = self.chance.choice(long)
            if self._take(APART_M, street.at(0.06), street.at(0.94)):
                return street

    def several(self, happening: Simple, least: int, most: int) -> None:
        for _ in range(self.chance.randint(least, most)):
            happening(self.stage, self.scene(), self.when())

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def route(self) -> list[tuple[str, Spot]]:
        """Gantries that one vehicle passes: each the nearest it has not passed yet."""
        left = list(self.gantries)
        here = left.pop(self.chance.randrange(len(left)))
        found = [here]
        for _ in range(self.chance.randint(3, 6)):
            here = min(left, key=lambda g: g[1].metres_to(found[-1][1]))
            left.remove(here)
            found.append(here)
        return found

    def take(self, *spots: Spot) -> None:
        self.taken += spots

    def _take(self, apart_m: float, *spots: Spot) -> bool:
        if any(spot.metres_to(other) < apart_m for spot in spots for other in self.taken):
            return False
        self.taken += spots
        return True


def generate(world: str, seed: int, noise: Noise | None = None) -> list[Told]:
    """An hour in the order in which it reaches the room."""
    chance = random.Random(f"{world}/{seed}")
    gantries = [
        (f"gantry-{number:02d}", street.at(0.5))
        for number, street in enumerate(
            random.Random(7).sample([s for s in streets() if s.length_m > 900], GANTRIES), 1
        )
    ]
    hour = Hour(Stage(chance, noise or Noise()), gantries, [])
    WORLDS[world](hour)
    return hour.stage.heard()


def ordinary(hour: Hour) -> None:
    """A weekday afternoon with one of everything that is easily confused."""
    stage = hour.stage
    _tunnel_with_a_crash_above(hour, hour.chance.choice(("annie-cordy", "belliard")))
    if hour.maybe(0.5):
        _metro_smoke(hour, hour.chance.choice(("arts-loi", "rogier", "gare-de-l-ouest", "merode")))
    happen.both_ends_of_a_street(stage, hour.long_street(), hour.when())
    happen.two_accidents(stage, hour.scene(800), hour.when())
    happen.fire_and_a_sick_neighbour(stage, hour.scene(600), hour.when())
    happen.demonstration(stage, hour.long_street(), hour.when(900))
    _watched_vehicles(hour, 2)
    if hour.maybe(0.5):
        permit = f"P-EXO-{hour.chance.randrange(10, 99)}"
        happen.stray_convoy(stage, hour.route()[:3], permit, hour.when(2_000))
    hour.several(happen.collision, 3, 6)
    hour.several(happen.house_fire, 1, 3)
    hour.several(happen.car_fire, 0, 2)
    hour.several(happen.gas_smell, 1, 2)
    hour.several(happen.medical, 3, 7)
    hour.several(happen.brawl, 1, 3)
    hour.several(happen.tram_collision, 0, 2)
    hour.several(happen.parcel, 0, 1)
    hour.several(happen.burst_main, 0, 1)
    hour.several(happen.pollution, 0, 1)
    hour.several(happen.missing_child, 0, 1)
    hour.several(happen.tree_down, 0, 2)
    if hour.maybe(0.3):
        happen.power_cut(stage, hour.scene(1_500), hour.when())
    if hour.maybe(0.15):
        _rail_accident(hour)
    happen.weather_warning(stage, hour.when(600))
    _background(hour)


def storm(hour: Hour) -> None:
    """A thunderstorm: sixty calls in ten minutes, under a warning for the whole Region."""
    stage = hour.stage
    happen.weather_warning(stage, 0, grade=3)
    if hour.maybe(0.6):
        happen.weather_warning(stage, 60, "FLD-URB", grade=2)
    for _ in range(6):
        at = 600 + hour.chance.uniform(0, 200)
        happen.flooded_quarter(stage, hour.scene(1_500), at, (5, 9), 45)
    for _ in range(hour.chance.randint(9, 13)):
        happen.tree_down(stage, hour.scene(), 500 + hour.chance.uniform(0, 600))
    happen.tunnel_crash(stage, _free_tunnel(hour, "louise"), 900)
    happen.power_cut(stage, hour.scene(1_500), 800)
    hour.several(happen.collision, 3, 5)
    hour.several(happen.burst_main, 1, 1)
    hour.several(happen.medical, 2, 4)
    hour.several(happen.house_fire, 1, 2)
    _background(hour)


def event(hour: Hour) -> None:
    """A festival, a march and a summit on one day."""
    stage = hour.stage
    happen.event_day(stage, hour.scene(900), 60)
    happen.demonstration(stage, hour.long_street(), 200)
    happen.drone_over(stage, hour.scene(800), hour.when())
    _watched_vehicles(hour, 4)
    hour.several(happen.parcel, 1, 3)
    hour.several(happen.brawl, 2, 4)
    hour.several(happen.medical, 4, 6)
    hour.several(happen.collision, 2, 4)
    hour.several(happen.missing_child, 1, 1)
    happen.weather_warning(stage, 30, "WEA-TMP")
    _background(hour)


def night(hour: Hour) -> None:
    """Little happens; each word counts."""
    hour.several(happen.collision, 1, 2)
    hour.several(happen.house_fire, 1, 1)
    hour.several(happen.medical, 1, 3)
    hour.several(happen.brawl, 1, 2)
    _watched_vehicles(hour, 1)
    happen.passing_vehicles(hour.stage, hour.gantries, 10)
    happen.flapping_camera(hour.stage, hour.when())


def metro_morning(hour: Hour) -> None:
    """Smoke in one station, planned works in another, full trams and trains."""
    _metro_smoke(hour, "arts-loi")
    happen.planned_works(hour.stage, station("merode"), hour.when(1_500))
    _tunnel_with_a_crash_above(hour, "porte-de-hal")
    _rail_accident(hour)
    hour.several(happen.tram_collision, 2, 3)
    hour.several(happen.medical, 4, 6)
    hour.several(happen.collision, 3, 5)
    hour.several(happen.gas_smell, 1, 1)
    happen.both_ends_of_a_street(hour.stage, hour.long_street(), hour.when())
    _background(hour)


def plates(hour: Hour) -> None:
    """Eight watched vehicles read seventy times: the alert load of a plate network."""
    for reads in (9, 9, 9, 9, 9, 9, 8, 8):
        token = f"v-{hour.chance.randrange(16**8):08x}"
        happen.circling_vehicle(hour.stage, hour.route(), token, hour.when(600), reads)
    happen.passing_vehicles(hour.stage, hour.gantries, 60)


WORLDS: dict[str, Callable[[Hour], None]] = {
    "ordinary": ordinary,
    "storm": storm,
    "event": event,
    "night": night,
    "metro": metro_morning,
    "plates": plates,
}


def _tunnel_with_a_crash_above(hour: Hour, code: str) -> None:
    found, at = _free_tunnel(hour, code), hour.when(2_000)
    happen.tunnel_crash(hour.stage, found, at)
    happen.crash_above_a_tunnel(hour.stage, found, at + hour.chance.uniform(60, 300))


def _free_tunnel(hour: Hour, code: str) -> Tunnel:
    found = tunnel(code)
    hour.take(*(found.at(share / 8) for share in range(9)))
    return found


def _metro_smoke(hour: Hour, code: str) -> None:
    found = station(code)
    hour.take(found.spot)
    happen.metro_smoke(hour.stage, found, hour.when(2_000))


def _rail_accident(hour: Hour) -> None:
    """On the tracks beside one of the large stations, where nothing else goes on."""
    beside = [s.spot.moved(0, 150) for s in metro_stations() if s.code.startswith("gare")]
    free = [b for b in beside if all(b.metres_to(spot) >= APART_M for spot in hour.taken)]
    spot = hour.chance.choice(free)
    hour.take(spot)
    happen.rail_accident(hour.stage, Scene.at(spot), hour.when())


def _watched_vehicles(hour: Hour, number: int) -> None:
    """Each with a token of its own; the second follows the first closely, one read is wrong."""
    route, at = hour.route(), hour.when(1_500)
    tokens = [f"v-{hour.chance.randrange(16**8):08x}" for _ in range(number)]
    for turn, token in enumerate(tokens):
        if turn > 1:
            route, at = hour.route(), hour.when(2_000)
        happen.watched_vehicle(hour.stage, route, token, at + 40 * (turn == 1))
    seen_at = at + 40 * (number == 2)
    far = max(hour.gantries, key=lambda g: g[1].metres_to(route[0][1]))
    happen.misread_plate(hour.stage, far, tokens[-1], seen_at + hour.chance.uniform(20, 60))


def _background(hour: Hour) -> None:
    stage = hour.stage
    quiet = [t for t in tunnels() if all(t.at(0.5).metres_to(s) > 800 for s in hour.taken)]
    happen.chattering_detector(stage, hour.chance.choice(quiet), hour.when(3_000))
    for _ in range(6):
        happen.flapping_camera(stage, hour.when(3_000))
    happen.passing_vehicles(stage, hour.gantries, 40)
    happen.moving_resources(stage, 30)
    happen.permitted_drone(stage, hour.when(3_000))
