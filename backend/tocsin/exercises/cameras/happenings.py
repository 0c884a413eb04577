"""What happens before a drawn camera: traffic, people, smoke, fire, water, darkness, a drone."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from tocsin.exercises.cameras.stages import (
    HEIGHT,
    HORIZON,
    WIDTH,
    Colour,
    Light,
    Picture,
    Stage,
    fill,
    road_at,
)
from tocsin.exercises.scenario.models import Shows

GROWS_S = 90.0  # until smoke and water are at their worst
USUAL_DENSITY = 2.0
PEOPLE_A_UNIT = 70  # drawn for one a square metre
MOST_PEOPLE = 520
CARS = ((150, 90, 60), (70, 70, 160), (176, 178, 180), (60, 60, 62), (80, 130, 90))
COATS = ((70, 60, 50), (120, 70, 60), (60, 60, 130), (60, 100, 70), (130, 130, 132), (40, 40, 44))


@dataclass(frozen=True, slots=True)
class Moment:
    """`t`: seconds of the exercise; `age` since this began; `density` of people a square metre."""

    stage: Stage
    light: Light
    seed: int
    t: float
    age: float
    density: float | None

    @property
    def grown(self) -> float:
        return min(1.0, 0.25 + 0.75 * self.age / GROWS_S)


def draw_all(picture: Picture, shows: tuple[Shows, ...], moment: Moment) -> None:
    """From what lies behind to what lies before it."""
    for name, draw in _DRAWN.items():
        if name in shows:
            draw(picture, moment)


def _traffic(picture: Picture, now: Moment) -> None:
    chance = np.random.default_rng(now.seed + 1)
    cars = []
    for n in range(9):
        away = n % 2 == 0
        speed = 0.05 + chance.random() * 0.03
        way = (chance.random() + now.t * speed) % 1.0
        depth = 1 - way if away else way
        cars.append((depth, 0.5 if away else -0.5, CARS[n % len(CARS)], away))
    for depth, across, colour, away in sorted(cars):
        _car(picture, now, depth, across, colour, away=away)


def _car(
    picture: Picture, now: Moment, depth: float, across: float, colour: Colour, *, away: bool
) -> None:
    x, y, scale = road_at(depth, across)
    wide, tall = int(58 * scale), int(46 * scale)
    if wide < 3:
        return
    body = now.light.on(colour)
    cv2.rectangle(picture, (x - wide, y - tall), (x + wide, y), body, -1)
    roof = int(wide * 0.72)
    cv2.rectangle(picture, (x - roof, y - int(tall * 1.7)), (x + roof, y - tall), body, -1)
    glass = now.light.on((120, 108, 96))
    cv2.rectangle(picture, (x - roof + 2, y - int(tall * 1.6)), (x + roof - 2, y - tall), glass, -1)
    lamp = (60, 60, 230) if away else (220, 250, 255)
    for side in (-1, 1):
        cv2.circle(picture, (x + side * int(wide * 0.75), y - tall // 2), max(2, wide // 7), lamp,
                   -1, cv2.LINE_AA)  # fmt: skip


def _vehicle(picture: Picture, now: Moment) -> None:
    """What stands, larger than what passes: a tanker in a tunnel, a van elsewhere."""
    x, y, _ = road_at(0.62, 0.42)
    (_tanker if now.stage == "tunnel" else _van)(picture, now.light, x, y)
    for side in (-1, 1):
        cv2.circle(picture, (x + side * 40, y - 2), 12, (24, 24, 26), -1, cv2.LINE_AA)
        if int(now.t * 1.5) % 2 == 0:
            cv2.circle(picture, (x + side * 50, y - 34), 6, (30, 160, 255), -1, cv2.LINE_AA)


def _tanker(picture: Picture, light: Light, x: int, y: int) -> None:
    steel, seam = light.on((196, 200, 204)), light.on((90, 94, 98))
    for colour, thick in ((steel, -1), (seam, 2)):
        cv2.ellipse(picture, (x, y - 54), (54, 46), 0, 0, 360, colour, thick, cv2.LINE_AA)
    cv2.rectangle(picture, (x - 58, y - 26), (x + 58, y - 8), light.on((60, 120, 200)), -1)
    for colour, thick in (((40, 130, 240), -1), ((20, 20, 20), 2)):  # its ADR plate
        cv2.rectangle(picture, (x - 17, y - 66), (x + 17, y - 42), colour, thick)


def _van(picture: Picture, light: Light, x: int, y: int) -> None:
    white = light.on((228, 232, 234))
    cv2.rectangle(picture, (x - 52, y - 96), (x + 52, y - 8), white, -1)
    for left in (x - 44, x + 4):
        cv2.rectangle(picture, (left, y - 88), (left + 40, y - 60), light.on((92, 84, 74)), -1)
    cv2.line(picture, (x, y - 96), (x, y - 10), light.on((150, 154, 156)), 2)


def _crowd(picture: Picture, now: Moment) -> None:
    density = USUAL_DENSITY if now.density is None else now.density
    chance = np.random.default_rng(now.seed + 2)
    count = min(MOST_PEOPLE, int(density * PEOPLE_A_UNIT))
    behind, wide = (0.55, 1.5) if now.stage == "platform" else (0.0, 1.7)  # not on the rails
    depths = np.sort(behind + (1 - behind) * chance.random(MOST_PEOPLE)[:count])
    for n, depth in enumerate(depths):
        sway = math.sin(now.t * 0.7 + n) * 0.02
        x, y, scale = road_at(float(depth), float(chance.uniform(-wide, wide)) + sway)
        _person(picture, now.light.on(COATS[n % len(COATS)]), x, y, 0.18 + scale * 0.55)


def _person(picture: Picture, coat: Colour, x: int, y: int, scale: float) -> None:
    tall, wide = int(64 * scale), max(2, int(13 * scale))
    hips = y - tall // 3
    cv2.rectangle(picture, (x - wide, y - tall), (x + wide, hips), coat, -1)
    cv2.rectangle(picture, (x - wide + 1, hips), (x + wide - 1, y), (44, 44, 50), -1)
    cv2.circle(picture, (x, y - tall - wide), wide, (150, 180, 212), -1, cv2.LINE_AA)


def _water(picture: Picture, now: Moment) -> None:
    level = int(HEIGHT - now.grown * (HEIGHT - HORIZON - 50))
    under = picture[level:]
    tint = np.empty_like(under)
    tint[:] = now.light.on((116, 112, 84))
    picture[level:] = cv2.addWeighted(under, 0.25, tint, 0.75, 0)
    for k in range(14):
        y = level + 4 + k * 16
        xs = np.arange(0, WIDTH + 20, 20)
        ys = y + 3 * np.sin(xs / 40 + now.t * 0.8 + k)
        line = np.stack([xs, ys], axis=1).astype(np.int32)
        cv2.polylines(picture, [line], isClosed=False, color=now.light.on((196, 190, 168)))


def _fire(picture: Picture, now: Moment) -> None:
    x, y, _ = road_at(0.62, 0.42)
    step = int(now.t * 6)
    chance = np.random.default_rng(now.seed + 3 + step)
    size = 0.6 + 0.6 * now.grown
    glow = np.zeros((HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    cv2.circle(glow, (x // 8, (y - 60) // 8), int(150 * size / 8), (20, 90, 190), -1)
    glow = cv2.resize(cv2.GaussianBlur(glow, (0, 0), 6), (WIDTH, HEIGHT))  # type: ignore[assignment]
    cv2.add(picture, glow, picture)
    for colour, share in (((20, 70, 225), 1.0), ((30, 150, 250), 0.7), ((120, 225, 255), 0.4)):
        for n in range(7):
            foot = x + int((n - 3) * 20 * size * share)
            tip = int((70 + chance.random() * 80) * size * share)
            lean = int(chance.integers(-10, 11))
            wide = int(18 * size * share)
            fill(picture, colour, (foot - wide, y), (foot + lean, y - tip), (foot + wide, y))


def _smoke(picture: Picture, now: Moment) -> None:
    x, y, _ = road_at(0.6, 0.42)
    veil = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
    chance = np.random.default_rng(now.seed + 4)
    closed = now.stage != "street"
    for _ in range(34):
        start, drift, spread = chance.random(), chance.uniform(-1, 1), chance.uniform(0.7, 1.3)
        way = (start + now.t * 0.035) % 1.0
        px = x + drift * way * (340 if closed else 200)
        py = y - 40 - way * (200 if closed else 320)
        radius = (16 + way * 90 * spread) * (0.4 + 0.6 * now.grown)
        puff = np.zeros_like(veil)
        cv2.circle(puff, (int(px / 4), int(py / 4)), max(1, int(radius / 4)), 0.22, -1)
        veil += puff * (1 - 0.5 * way)
    if closed:
        rows = np.linspace(0.9, 0.1, veil.shape[0], dtype=np.float32)[:, None]
        veil += rows * now.grown * 0.75
    soft = cv2.resize(cv2.GaussianBlur(veil, (0, 0), 5), (WIDTH, HEIGHT))
    alpha = np.clip(soft * now.grown * 1.2, 0, 0.94)[..., None]
    grey = 74 if closed else 92 + 40 * now.light.level
    picture[:] = (picture * (1 - alpha) + grey * alpha).astype(np.uint8)


def _drone(picture: Picture, now: Moment) -> None:
    x = int(WIDTH / 2 + 190 * math.sin(now.t * 0.21 + now.seed % 7))
    y = int(78 + 36 * math.sin(now.t * 0.34))
    for dx in (-24, 24):
        for dy in (-9, 9):
            cv2.line(picture, (x, y), (x + dx, y + dy), (24, 24, 26), 3, cv2.LINE_AA)
            cv2.ellipse(picture, (x + dx, y + dy - 3), (13, 3), 0, 0, 360, (60, 60, 64), -1,
                        cv2.LINE_AA)  # fmt: skip
    cv2.rectangle(picture, (x - 11, y - 6), (x + 11, y + 6), (30, 30, 34), -1)
    cv2.circle(picture, (x, y + 8), 4, (60, 60, 220), -1, cv2.LINE_AA)


def _dark(picture: Picture, now: Moment) -> None:
    """No current: what little is seen is by the lamps of emergency exits."""
    picture[:] = (picture * 0.13).astype(np.uint8)
    for x in (70, WIDTH - 70):
        cv2.rectangle(picture, (x - 16, HORIZON - 26), (x + 16, HORIZON - 8), (60, 150, 40), -1)


_DRAWN: Mapping[Shows, Callable[[Picture, Moment], None]] = {
    "traffic": _traffic,
    "vehicle": _vehicle,
    "crowd": _crowd,
    "water": _water,
    "fire": _fire,
    "drone": _drone,
    "smoke": _smoke,
    "dark": _dark,
}
