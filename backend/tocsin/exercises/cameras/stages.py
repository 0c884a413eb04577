"""Where a drawn camera stands: a street, a tunnel, a platform, seen down its length."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import numpy.typing as npt

from tocsin.exercises.scenario.models import ExerciseCamera

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]  # blue, green, red
Stage = Literal["street", "tunnel", "platform"]
WIDTH, HEIGHT = 640, 360
HORIZON = 140
VANISHES = (WIDTH // 2, HORIZON)
LOCAL = ZoneInfo("Europe/Brussels")
DAY_BEGINS, DAY_ENDS = 8, 17  # of winter, when it is dark on the way to work and back


@dataclass(frozen=True, slots=True)
class Light:
    """How bright it is outside, 0 to 1."""

    level: float

    def on(self, colour: Colour) -> Colour:
        blue, green, red = (int(part * (0.28 + 0.72 * self.level)) for part in colour)
        return blue, green, red


def stage_of(camera: ExerciseCamera) -> Stage:
    if "tunnel" in camera.codes:
        return "tunnel"
    return "platform" if "station" in camera.codes or "stop" in camera.codes else "street"


def light_at(stage: Stage, at: datetime) -> Light:
    if stage != "street":
        return Light(0.9)
    local = at.astimezone(LOCAL)
    hour = local.hour + local.minute / 60
    dawn, dusk = hour - (DAY_BEGINS - 0.5), (DAY_ENDS + 0.5) - hour
    return Light(float(np.clip(min(dawn, dusk), 0.0, 1.0)))


def draw_stage(picture: Picture, stage: Stage, light: Light, seed: int) -> None:
    {"street": _street, "tunnel": _tunnel, "platform": _platform}[stage](picture, light, seed)


def road_at(depth: float, across: float) -> tuple[int, int, float]:
    """A point of the ground: `depth` 0 (far) to 1 (near), `across` -1 to 1; with its scale."""
    near = depth**1.6
    x = VANISHES[0] + across * (18 + near * 300)
    y = HORIZON + 6 + near * (HEIGHT - HORIZON - 6)
    return int(x), int(y), 0.06 + near * 0.94


def fill(picture: Picture, colour: Colour, *corners: tuple[int, int]) -> None:
    cv2.fillPoly(picture, [np.array(corners, np.int32)], colour, cv2.LINE_AA)


def _street(picture: Picture, light: Light, seed: int) -> None:
    chance = np.random.default_rng(seed)
    picture[:HORIZON] = light.on((214, 196, 178))
    picture[HORIZON:] = light.on((120, 122, 124))
    for side in (-1, 1):
        x = VANISHES[0] + side * 30
        while 0 <= x <= WIDTH:
            wide = int(chance.integers(46, 90))
            nearness = abs(x - VANISHES[0]) / (WIDTH / 2)
            top = int(HORIZON - 20 - nearness * chance.integers(40, 100))
            shade = int(chance.integers(110, 170))
            _house(picture, light, chance, x, x + side * wide, max(top, 6), shade)
            x += side * wide
    _lanes(picture, light.on((62, 62, 64)), light.on((200, 206, 208)))


def _house(
    picture: Picture, light: Light, chance: Any, x1: int, x2: int, top: int, shade: int
) -> None:
    left, right = min(x1, x2), max(x1, x2)
    foot = HORIZON + int(abs(x1 - VANISHES[0]) / (WIDTH / 2) * 30)
    cv2.rectangle(picture, (left, top), (right, foot), light.on((shade - 20, shade - 8, shade)), -1)
    for y in range(top + 10, foot - 12, 20):
        for x in range(left + 7, right - 10, 18):
            lit = light.level < 0.5 and chance.random() < 0.4
            window = (110, 200, 235) if lit else light.on((96, 84, 74))
            cv2.rectangle(picture, (x, y), (x + 8, y + 11), window, -1)


def _tunnel(picture: Picture, light: Light, seed: int) -> None:
    picture[:] = (58, 58, 60)
    corner_y = HORIZON - 16
    fill(picture, (84, 86, 88), (0, 0), (WIDTH, 0), (VANISHES[0] + 26, corner_y),
         (VANISHES[0] - 26, corner_y))  # fmt: skip
    for x in (0, WIDTH):
        side = VANISHES[0] + (26 if x else -26)
        fill(picture, (112, 116, 118), (x, 0), (side, corner_y), (side, HORIZON + 8), (x, 300))
        cv2.line(picture, (x, 150), (side, HORIZON - 4), (70, 150, 190), 3, cv2.LINE_AA)
    for n in range(7):
        near = ((n + 0.5) / 7) ** 2
        y = int(corner_y * (1 - near))
        for side in (-1, 1):
            x = int(VANISHES[0] + side * (10 + near * 150))
            long = int(4 + near * 46)
            cv2.line(picture, (x - long, y), (x + long, y), (214, 238, 246), 1 + int(near * 7))
    _lanes(picture, (70, 70, 72), (206, 212, 214))
    cv2.rectangle(picture, (VANISHES[0] - 8, HORIZON - 14), (VANISHES[0] + 8, HORIZON + 4),
                  (140, 146, 150), -1)  # fmt: skip


def _platform(picture: Picture, light: Light, seed: int) -> None:
    picture[:] = (176, 182, 184)
    picture[:60] = (120, 124, 126)
    for x in range(20, WIDTH, 120):
        cv2.rectangle(picture, (x, 24), (x + 84, 32), (232, 246, 250), -1)
    for y in range(60, HORIZON + 20, 16):
        cv2.line(picture, (0, y), (WIDTH, y), (158, 164, 166), 1)
    for x in range(0, WIDTH, 28):
        cv2.line(picture, (x, 60), (x, HORIZON + 20), (158, 164, 166), 1)
    cv2.rectangle(picture, (0, 92), (WIDTH, 106), (150, 96, 40), -1)
    cv2.rectangle(picture, (0, HORIZON + 20), (WIDTH, HORIZON + 62), (40, 40, 42), -1)
    for y in (HORIZON + 32, HORIZON + 50):
        cv2.line(picture, (0, y), (WIDTH, y), (132, 138, 140), 3)
    picture[HORIZON + 62 :] = (146, 150, 152)
    cv2.rectangle(picture, (0, HORIZON + 66), (WIDTH, HORIZON + 76), (60, 206, 232), -1)
    for x in (96, 320, 544):
        cv2.rectangle(picture, (x - 9, 60), (x + 9, 318), (104, 110, 114), -1)


def _lanes(picture: Picture, asphalt: Colour, paint: Colour) -> None:
    far_left, far_right = road_at(0, -1)[:2], road_at(0, 1)[:2]
    near_left, near_right = road_at(1, -1)[:2], road_at(1, 1)[:2]
    fill(picture, asphalt, far_left, far_right, near_right, near_left)
    for across in (-0.92, 0.92):
        cv2.line(picture, road_at(0, across)[:2], road_at(1, across)[:2], paint, 2, cv2.LINE_AA)
    for n in range(9):
        start, end = n / 9, n / 9 + 0.055
        fill(picture, paint, road_at(start, -0.012)[:2], road_at(start, 0.012)[:2],
             road_at(end, 0.012)[:2], road_at(end, -0.012)[:2])  # fmt: skip
