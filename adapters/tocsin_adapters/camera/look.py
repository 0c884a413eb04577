"""What can be measured on one picture, and between two. Pure functions; no time, no memory."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tocsin.contract.camera import Region

Picture = npt.NDArray[np.uint8]
Figures = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool]

WIDTH, HEIGHT = 320, 180
BROAD = 640, 360
ROWS, COLUMNS = 6, 10
CELL = 10
CLOCK_MARGIN = 4
FEATURES = 500
OUTLINE = 80, 45


@dataclass(frozen=True, slots=True)
class Look:
    """One picture, measured.

    `grey` is 320x180 with the clock blanked out; `broad` 640x360; `means` and `spreads` are of 6x10
    tiles, in grey levels; `edges` the strength of the tiles' edges, squared.
    """

    grey: Picture
    broad: Picture
    clock: Picture | None
    means: Figures
    spreads: Figures
    edges: Figures
    spread: float


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Points that stay where they are as long as the camera does; `outline` is 80x45."""

    points: Figures
    words: Picture
    outline: Figures


def look_at(picture: Picture, clock: Region | None = None) -> Look:
    """`picture`: BGR or grey, of any size."""
    plain = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    broad = _shrunk(plain, BROAD)
    grey = _shrunk(plain, (WIDTH, HEIGHT))
    shown = None
    if clock is not None:
        left, top = int(clock.x * WIDTH), int(clock.y * HEIGHT)
        right = min(WIDTH, round((clock.x + clock.width) * WIDTH))
        bottom = min(HEIGHT, round((clock.y + clock.height) * HEIGHT))
        shown = grey[top : bottom + 1, left : right + 1].copy()
        around = slice(max(0, top - CLOCK_MARGIN), bottom + CLOCK_MARGIN)
        across = slice(max(0, left - CLOCK_MARGIN), right + CLOCK_MARGIN)
        grey[around, across] = 0
        broad[2 * around.start : 2 * around.stop, 2 * across.start : 2 * across.stop] = 0
    soft = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    tiles = _tiled(soft)
    edges = np.square(_tiled(cv2.Laplacian(soft, cv2.CV_32F))).mean(axis=(1, 3))
    return Look(
        grey=grey,
        broad=broad,
        clock=shown,
        means=tiles.mean(axis=(1, 3)),
        spreads=tiles.std(axis=(1, 3)),
        edges=edges,
        spread=float(soft.std()),
    )


def sharpness(spreads: Figures, edges: Figures, tiles: Flags) -> float:
    """Of these tiles together. More or less contrast changes edges and spreads alike."""
    return float(edges[tiles].sum() / max(float(np.square(spreads[tiles]).sum()), 1e-3))


def _tiled(picture: "cv2.typing.MatLike") -> Figures:
    return np.asarray(picture, np.float32).reshape(ROWS, HEIGHT // ROWS, COLUMNS, WIDTH // COLUMNS)


def _shrunk(grey: "cv2.typing.MatLike", size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def same(one: Picture, other: Picture, levels: int, pixels: int) -> bool:
    """Whether at most so many pixels differ by more than so many grey levels."""
    return int(np.count_nonzero(cv2.absdiff(one, other) > levels)) <= pixels


def motion(before: Picture, after: Picture, levels: float) -> float:
    """Per cent of the picture's cells that changed; a change of light everywhere is none."""
    change = _cells(after) - _cells(before)
    return float((np.abs(change - np.median(change)) > levels).mean() * 100)


def _cells(grey: Picture) -> Figures:
    return cv2.resize(grey, (WIDTH // CELL, HEIGHT // CELL), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )


def landmarks_of(broad: Picture) -> Landmarks:
    points, words = _orb().detectAndCompute(broad, None)
    if words is None:
        points, words = (), np.empty((0, 32), np.uint8)
    places = np.array([point.pt for point in points], np.float32).reshape(-1, 2)
    return Landmarks(places, np.asarray(words, np.uint8), outline_of(broad))


def outline_of(broad: Picture) -> Figures:
    """Where edges are, coarsely, and how strong beside each other; without light and contrast."""
    soft = cv2.GaussianBlur(broad, (0, 0), 2.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    edges = cv2.resize(cv2.magnitude(across, down), OUTLINE, interpolation=cv2.INTER_AREA)
    edges = np.minimum(edges, np.percentile(edges, 90))
    return np.asarray((edges - edges.mean()) / max(float(edges.std()), 1e-3), np.float32)


def likeness(one: Figures, other: Figures) -> float:
    """Correlation of two outlines: 1 the same scene, about 0 another one."""
    return float((one * other).mean())


def shift_of(reference: Landmarks, now: Landmarks, inliers: int) -> float | None:
    """How far the picture's corners went, in per cent of its width; None if nothing tells."""
    if min(len(reference.words), len(now.words)) < inliers:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(reference.words, now.words)
    if len(pairs) < inliers:
        return None
    was = reference.points[[pair.queryIdx for pair in pairs]]
    goes = now.points[[pair.trainIdx for pair in pairs]]
    cv2.setRNGSeed(1)
    turn, agree = cv2.estimateAffinePartial2D(
        was, goes, method=cv2.RANSAC, ransacReprojThreshold=4.0
    )
    if turn is None or int(agree.sum()) < inliers:
        return None
    width, height = BROAD
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
    moved = corners @ turn[:, :2].T + turn[:, 2]
    return float(np.linalg.norm(moved - corners, axis=1).mean() / width * 100)


def _orb() -> "cv2.ORB":
    return cv2.ORB.create(nfeatures=FEATURES, fastThreshold=10)
