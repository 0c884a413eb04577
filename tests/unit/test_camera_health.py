"""What a camera's health says of streets drawn by this project; docs/cameras.md has figures."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from drawn_clips import (
    CLOCK,
    Picture,
    Street,
    black,
    covered,
    darkened,
    dazzled,
    defocused,
    re_encoded,
    with_lorry,
)
from tocsin.contract.camera import Camera, CameraName, Region
from tocsin_adapters.camera.health import Health, Verdict
from tocsin_adapters.camera.limits import limits
from tocsin_adapters.camera.origins import test_pattern
from tocsin_adapters.camera.references import Period, Reference, load, periods_at, save
from tocsin_adapters.camera.sun import elevation_deg

NOON = datetime(2026, 6, 1, 11, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)
DUSK = datetime(2026, 6, 1, 20, 10, tzinfo=UTC)
CAMERA = Camera(
    id="cam-exe-1",
    name=CameraName(fr="Rue d’exemple", nl="Voorbeeldstraat"),
    lat=50.85,
    lon=4.35,
    legal_regime="trafic_non_surveillance",
)
WITH_CLOCK = CAMERA.model_copy(
    update={"clock": Region(x=CLOCK[0], y=CLOCK[1], width=CLOCK[2], height=CLOCK[3])}
)
STREETS = [pytest.param(1, False, id="day"), pytest.param(2, True, id="night")]


class Watching:
    """Shows pictures to a camera's health, one a second, and remembers what it said."""

    def __init__(
        self, camera: Camera = CAMERA, at: datetime = NOON, health: Health | None = None
    ) -> None:
        self.at = at
        self.health = health or Health(camera, at)
        self.said: list[Verdict] = []

    def sees(self, pictures: Iterable[Picture], every_s: float = 1.0) -> "Watching":
        for picture in pictures:
            self.at += timedelta(seconds=every_s)
            self.said.append(self.health.see(picture, self.at))
        return self

    def sees_nothing(self, seconds: int) -> "Watching":
        for _ in range(seconds):
            self.at += timedelta(seconds=1)
            self.said.append(self.health.miss(self.at))
        return self

    @property
    def states(self) -> list[str]:
        return [verdict.state for verdict in self.said]

    @property
    def now(self) -> Verdict:
        return self.said[-1]


def at_night(night: bool) -> datetime:
    return MIDNIGHT if night else NOON


def used_to(street: Street, camera: Camera = CAMERA) -> Watching:
    at = at_night(street.night)
    known = dict(_learned(street, camera.clock is not None))
    return Watching(camera, at, Health(camera, at, known)).sees(street.pictures(3, 1, 10))


@cache
def _learned(street: Street, has_clock: bool) -> dict[Period, Reference]:
    camera = WITH_CLOCK if has_clock else CAMERA
    watching = Watching(camera, at_night(street.night)).sees(street.pictures(8, 1))
    assert set(watching.states) == {"working"}
    assert watching.health.learned
    return watching.health.references


def changed(
    how: Callable[[Picture], Picture], street: Street, seconds: int, from_s: int = 20
) -> list[Picture]:
    return [how(picture) for picture in street.pictures(seconds, 1, from_s)]


FAULTS: dict[str, tuple[str, Callable[[Picture], Picture]]] = {
    "black": ("black", lambda _: black()),
    "black with the sensor's noise": ("black", lambda _: black(4, 2.0)),
    "dimmed to four per cent": ("black", lambda p: darkened(p, 0.04)),
    "a hand before it": ("covered", lambda p: covered(p, 0.7)),
    "half taped over": ("covered", lambda p: covered(p, 0.5, 200)),
    "a bag over it": ("covered", lambda p: covered(p, 1.0, 60)),
    "out of focus": ("blurred", lambda p: defocused(p, 4.0)),
    "sprayed": ("blurred", lambda p: defocused(p, 6.0)),
    "the sun in it": ("glare", dazzled),
    "white": ("glare", lambda p: black(253)),
}


@pytest.mark.parametrize(("seed", "night"), STREETS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_within_ten_seconds_and_its_end_too(
    fault: str, seed: int, night: bool
) -> None:
    state, how = FAULTS[fault]
    street = Street(seed=seed, night=night)
    watching = used_to(street)
    broke_at = watching.at
    watching.sees(changed(how, street, 9))
    assert watching.now.state == state
    assert watching.now.figure is not None
    assert watching.now.limit == limits().faults[watching.now.state].limit  # type: ignore[index]
    assert watching.now.since - broke_at <= timedelta(seconds=1)
    watching.sees(street.pictures(9, 1, 40))
    assert watching.now.state == "working"
    assert watching.now.figure is None


@pytest.mark.parametrize(("seed", "night"), STREETS)
@pytest.mark.parametrize(
    "turned",
    [{"heading": 532.0}, {"heading": 620.0}, {"roll_deg": 5.0}, {"zoom": 1.25}, {"tilt": 95.0}],
    ids=str,
)
def test_a_camera_that_was_turned_has_moved(
    turned: dict[str, float], seed: int, night: bool
) -> None:
    watching = used_to(Street(seed=seed, night=night))
    watching.sees(Street(seed=seed, night=night, **turned).pictures(9, 1, 30))  # type: ignore[arg-type]
    assert watching.now.state == "moved"
    watching.sees(Street(seed=seed, night=night).pictures(9, 1, 50))
    assert watching.now.state == "working"


def test_a_camera_that_looks_somewhere_else_altogether_has_moved() -> None:
    watching = used_to(Street(seed=2)).sees(Street(seed=2, heading=1300).pictures(9, 1, 30))
    assert (watching.now.state, watching.now.figure) == ("moved", 100.0)


def test_wind_that_shakes_it_does_not_move_it() -> None:
    watching = used_to(Street(cars=False))
    for second in range(20):
        shaken = Street(heading=500 + 4 * (-1) ** second, roll_deg=0.3 * (second % 3 - 1))
        watching.sees([shaken.picture(30 + second)])
    assert set(watching.states) == {"working"}


def test_a_camera_that_turns_by_itself_is_never_called_moved() -> None:
    watching = Watching(CAMERA.model_copy(update={"turns": True}))
    for heading in range(0, 1300, 50):
        watching.sees([Street(heading=heading).picture(heading / 50)])
    assert set(watching.states) == {"working"}
    watching.sees([black()] * 4)
    assert watching.now.state == "black"


ORDINARY: dict[str, Callable[[int, bool], list[Picture]]] = {
    "traffic": lambda s, n: list(Street(seed=s, night=n).pictures(12, 1)),
    "rain": lambda s, n: list(Street(seed=s, night=n, rain=True).pictures(12, 1)),
    "no sensor noise to speak of": lambda s, n: list(
        Street(seed=s, night=n, noise=0.5).pictures(12, 1)
    ),
    "a noisy sensor": lambda s, n: list(Street(seed=s, night=n, noise=7.0).pictures(12, 1)),
    "a quarter of the light": lambda s, n: list(Street(seed=s, night=n, gain=0.25).pictures(12, 1)),
    "half as much light again": lambda s, n: list(Street(seed=s, night=n, gain=1.5).pictures(9, 1)),
    "a lorry that stands there": lambda s, n: [
        with_lorry(p) for p in Street(seed=s, night=n).pictures(12, 1)
    ],
}


@pytest.mark.parametrize(("seed", "night"), STREETS)
@pytest.mark.parametrize("what", ORDINARY)
def test_what_is_ordinary_never_counts_as_a_fault(what: str, seed: int, night: bool) -> None:
    watching = used_to(Street(seed=seed, night=night))
    watching.sees(ORDINARY[what](seed, night))
    assert set(watching.states) == {"working"}


@pytest.mark.parametrize("rain", [False, True], ids=["dry", "rain"])
@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("bit_rate", [60_000, 15_000])
def test_a_still_scene_at_a_low_bit_rate_is_neither_frozen_nor_blurred(
    bit_rate: int, night: bool, rain: bool
) -> None:
    street = Street(night=night, rain=rain, cars=False)
    watching = used_to(Street(night=night))
    film = re_encoded(street.pictures(15, 4), 4, bit_rate, key_every_s=20)
    watching.sees(film[::4])
    assert set(watching.states) == {"working"}


@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_a_still_scene_with_hardly_any_noise_is_not_frozen(noise: float) -> None:
    """The worst drawn: 400 kbit/s, one key frame in 20 s, a sensor that cleans its picture."""
    street = Street(cars=False, noise=noise)
    film = re_encoded(street.pictures(25, 5), 5, 400_000, key_every_s=20)
    assert set(Watching().sees(film[::5]).states) == {"working"}


def test_night_falls_and_day_breaks_without_a_fault() -> None:
    """At dusk either of the two references vouches for the picture."""
    watching = used_to(Street())
    watching.at = MIDNIGHT
    watching.sees(Street(night=True).pictures(20, 1))
    watching.at = DUSK
    watching.sees(Street().pictures(8, 1, 60)).sees(Street(night=True).pictures(8, 1, 70))
    watching.sees(Street(gain=0.4).pictures(8, 1, 80))
    assert set(watching.states) == {"working"}
    watching.sees(changed(covered, Street(), 5))
    assert watching.now.state == "covered"


def test_the_same_picture_again_and_again_is_frozen_within_ten_seconds() -> None:
    street = Street()
    watching = used_to(street)
    last = street.picture(10)
    watching.sees([last] * 9)
    assert watching.now.state == "frozen"
    assert watching.now.figure is not None
    assert watching.now.figure >= limits().faults["frozen"].limit
    watching.sees(street.pictures(3, 1, 30))
    assert watching.now.state == "working"


def test_a_frozen_sensor_behind_a_working_encoder_is_frozen() -> None:
    """Coding noise differs from key frame to key frame; good bit rates let it be seen through."""
    street = Street()
    watching = used_to(street)
    film = re_encoded([street.picture(10)] * 168, 12, 3_000_000, key_every_s=2)
    watching.sees(film[12::12])
    assert watching.now.state == "frozen"


def test_a_frozen_picture_is_found_behind_a_clock_that_runs() -> None:
    street = Street(clock=True, noise=0.0, cars=False)
    watching = used_to(Street(clock=True), WITH_CLOCK)
    watching.sees(street.picture(10, clock_s=10.0 + second) for second in range(10))
    assert watching.now.state == "frozen"


def test_a_frozen_picture_whose_clock_stands_too_is_frozen_rather_than_stuck() -> None:
    street = Street(clock=True)
    watching = used_to(street, WITH_CLOCK)
    watching.sees([street.picture(10)] * 10)
    assert watching.now.state == "frozen"


def test_a_clock_that_stands_in_a_living_picture_is_stuck() -> None:
    street = Street(clock=True)
    watching = used_to(street, WITH_CLOCK)
    watching.sees(street.picture(10 + second, clock_s=10.0) for second in range(9))
    assert watching.now.state == "clock_stuck"
    watching.sees(street.pictures(3, 1, 60))
    assert watching.now.state == "working"


def test_a_clock_at_a_low_bit_rate_runs() -> None:
    street = Street(clock=True)
    film = re_encoded(street.pictures(15, 5), 5, 60_000, key_every_s=10)
    assert set(Watching(WITH_CLOCK).sees(film[::5]).states) == {"working"}


def test_no_picture_is_told_after_five_seconds_and_dated_by_the_last_one() -> None:
    watching = used_to(Street())
    last = watching.at
    watching.sees_nothing(4)
    assert watching.now.state == "working"
    watching.sees_nothing(2)
    assert (watching.now.state, watching.now.since) == ("no_picture", last)
    watching.sees(Street().pictures(2, 1, 30))
    assert watching.now.state == "working"


def test_a_camera_that_never_gave_a_picture_has_none() -> None:
    assert Watching().sees_nothing(6).now.state == "no_picture"


def test_a_clock_of_ours_that_is_set_back_blinds_nobody() -> None:
    watching = used_to(Street())
    watching.at -= timedelta(hours=1)
    watching.sees_nothing(7)
    assert watching.now.state == "no_picture"


def test_two_bad_pictures_are_no_fault_and_one_good_one_no_repair() -> None:
    street = Street()
    watching = used_to(street)
    watching.sees([black()] * 2).sees(street.pictures(3, 1, 20))
    assert set(watching.states) == {"working"}
    watching.sees([black(noise=1.0)] * 3)
    assert watching.now.state == "black"
    watching.sees([street.picture(30), black(), street.picture(32)])
    assert watching.now.state == "black"
    watching.sees([street.picture(33)])
    assert watching.now.state == "working"


def test_what_it_usually_shows_outlives_a_restart(tmp_path: Path) -> None:
    street = Street()
    path = tmp_path / "cameras" / "cam-exe-1.npz"
    save(path, used_to(street).health.references)
    again = Watching(health=Health(CAMERA, NOON, load(path)))
    again.sees(changed(covered, street, 3))
    assert again.now.state == "covered"


def test_what_is_kept_of_a_camera_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "cam-exe-1.npz"
    save(path, used_to(Street()).health.references)
    kept = load(path)["day"]
    assert {kept.spreads.shape, kept.edges.shape} == {(6, 10)}
    assert kept.landmarks.outline.shape == (45, 80)
    assert path.stat().st_size < 60_000


@pytest.mark.parametrize("written", [b"", b"PK\x03\x04 broken", b"\x93NUMPY"])
def test_a_memory_that_cannot_be_read_is_learned_anew(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "cam-exe-1.npz"
    path.write_bytes(written)
    assert load(path) == {}
    assert load(tmp_path / "none.npz") == {}


def test_nothing_is_learned_from_a_broken_picture() -> None:
    watching = Watching().sees(black(noise=1.0, noise_seed=n) for n in range(20))
    assert watching.now.state == "black"
    assert watching.health.references == {}


def test_what_it_usually_shows_is_renewed_slowly() -> None:
    watching = used_to(Street())
    before = watching.health.references["day"]
    watching.at += timedelta(hours=2)
    watching.sees(Street(gain=0.7).pictures(9, 1, 30))
    after = watching.health.references["day"]
    assert after.made_at > before.made_at
    assert 0.9 < float(after.spreads.sum() / before.spreads.sum()) < 1.0


def test_the_test_pattern_is_a_picture_that_works() -> None:
    watching = Watching()
    watching.sees(test_pattern("cam-exe-1", NOON + timedelta(seconds=n)) for n in range(30))
    assert set(watching.states) == {"working"}
    assert watching.now.motion > 0


def test_motion_follows_what_moves() -> None:
    still = Watching().sees(Street(cars=False).pictures(6, 1)).now.motion
    busy = Watching().sees(Street().pictures(6, 1)).now.motion
    assert still == 0
    assert 2 < busy < 60
    lighter = [Street(cars=False, gain=1 + 0.1 * (n % 2)).picture(n) for n in range(6)]
    assert Watching().sees(lighter).now.motion < busy


def test_each_fault_has_its_limit_and_a_reason() -> None:
    for fault in limits().faults.values():
        assert len(fault.why) > 40


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 6, 21, 11, 45, tzinfo=UTC), 62.6),  # 90° − latitude + 23.4°
        (datetime(2026, 12, 21, 11, 41, tzinfo=UTC), 15.7),
        (datetime(2026, 3, 20, 17, 50, tzinfo=UTC), 0.0),
        (datetime(2026, 6, 21, 23, 45, tzinfo=UTC), -15.7),
    ],
)
def test_the_sun_over_brussels_stands_as_the_almanac_says(at: datetime, expected: float) -> None:
    assert elevation_deg(at, 50.85, 4.35) == pytest.approx(expected, abs=0.8)


def test_at_dusk_both_periods_count() -> None:
    rule = limits().references
    assert periods_at(NOON, 50.85, 4.35, rule) == ("day",)
    assert periods_at(MIDNIGHT, 50.85, 4.35, rule) == ("night",)
    assert set(periods_at(DUSK, 50.85, 4.35, rule)) == {"day", "night"}
