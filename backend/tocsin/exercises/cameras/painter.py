"""The picture of an exercise camera: a drawing, plain, and marked as one in the picture itself."""

import unicodedata
import zlib
from datetime import datetime

import cv2
import numpy as np

from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, stamped
from tocsin.exercises.cameras.happenings import Moment, draw_all
from tocsin.exercises.cameras.scenes import Showing
from tocsin.exercises.cameras.stages import (
    HEIGHT,
    LOCAL,
    WIDTH,
    Picture,
    draw_stage,
    light_at,
    stage_of,
)
from tocsin.exercises.scenario.models import ExerciseCamera

MARK = "EXERCICE - OEFENING - EXERCISE"
TEAL = (187, 201, 53)
INK = (18, 20, 8)
BAND = 26
QUALITIES = (80, 60, 40, 20)
FONT = cv2.FONT_HERSHEY_SIMPLEX


def frame_of(camera: ExerciseCamera, shown: Showing, at: datetime, stamp: FrameStamp) -> bytes:
    """At most 64 kB, stamped. The same camera, scene and moment give the same bytes."""
    picture = paint(camera, shown, at)
    frame = b""
    for quality in QUALITIES:
        _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        frame = stamped(jpeg.tobytes(), stamp)
        if len(frame) <= MAX_FRAME_BYTES:
            break
    return frame


def paint(camera: ExerciseCamera, shown: Showing, at: datetime) -> Picture:
    """Blue, green and red, 640 × 360; `at` is exercise time."""
    seen_at = shown.frozen_at or at
    seed = zlib.crc32(camera.id.encode())
    stage = stage_of(camera)
    light = light_at(stage, seen_at)
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    draw_stage(picture, stage, light, seed)
    age = max(0.0, (seen_at - shown.since).total_seconds())
    t = seen_at.timestamp() % 86_400
    draw_all(picture, shown.shows, Moment(stage, light, seed, t, age, shown.density))
    _mark(picture)
    _caption(picture, camera, seen_at)
    return picture


def _mark(picture: Picture) -> None:
    """Across the middle for whoever cuts the edges off, and a band above."""
    veil = picture.copy()
    for y, x in ((190, 40), (300, -290), (300, 350)):
        cv2.putText(veil, MARK, (x, y), FONT, 1.05, (255, 255, 255), 3, cv2.LINE_AA)
    cv2.addWeighted(veil, 0.28, picture, 0.72, 0, dst=picture)
    cv2.rectangle(picture, (0, 0), (WIDTH, BAND), TEAL, -1)
    (wide, _), _ = cv2.getTextSize(MARK, FONT, 0.62, 2)
    cv2.putText(picture, MARK, ((WIDTH - wide) // 2, 19), FONT, 0.62, INK, 2, cv2.LINE_AA)


def _caption(picture: Picture, camera: ExerciseCamera, at: datetime) -> None:
    cv2.rectangle(picture, (0, HEIGHT - BAND), (WIDTH, HEIGHT), INK, -1)
    said = f"{camera.id}  {_plain(camera.name.fr)}"[:52]
    foot = HEIGHT - 8
    cv2.putText(picture, said, (8, foot), FONT, 0.48, (236, 240, 240), 1, cv2.LINE_AA)
    clock = f"{at.astimezone(LOCAL):%d.%m.%Y %H:%M:%S}"
    (wide, _), _ = cv2.getTextSize(clock, FONT, 0.48, 1)
    cv2.putText(picture, clock, (WIDTH - wide - 8, foot), FONT, 0.48, TEAL, 1, cv2.LINE_AA)


def _plain(text: str) -> str:
    """The drawn letters know no accents."""
    return unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
