"""Street scenes drawn by this project, for tests of cameras: nobody's picture, nobody's place.

scene = Street()                    # one camera's view; the same seed draws the same street
scene.picture(3.2)                  # at 3.2 s: cars further on, sensor noise new
Street(night=True).picture(0.0)
defocused(scene.picture(1.0), 6.0)
re_encoded(pictures, fps=12.5, bit_rate=40_000)
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache, cached_property

import av
import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

WIDTH, HEIGHT = 640, 360
PANORAMA = 2000, 560
HORIZON, KERB = 250, 370
CLOCK = (0.02, 0.02, 0.4, 0.075)  # x, y, width, height as shares: where `clock=True` draws it
STARTS = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Street:
    """A camera over a street of houses. `heading` moves its window along the panorama, in pixels.

    `noise` is the sensor's, in grey levels; `clock` draws date and time as cameras do.
    """

    seed: int = 1
    night: bool = False
    rain: bool = False
    cars: bool = True
    noise: float = 3.0
    gain: float = 1.0
    heading: float = 500.0
    tilt: float = 140.0
    roll_deg: float = 0.0
    zoom: float = 1.0
    clock: bool = False
    _chance: np.random.Generator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_chance", np.random.default_rng(self.seed + 1000))

    def picture(self, at_s: float, clock_s: float | None = None) -> Picture:
        """BGR. `clock_s`: what the clock drawn into the picture shows, where it differs."""
        scene = self._still.copy()
        if self.cars:
            self._drive(scene, at_s)
        if self.rain:
            scene = self._rained(scene)
        scene = scene * self.gain
        noise = self.noise * (2.2 if self.night else 1.0)
        if noise:
            grain = noise * self._chance.standard_normal(scene.shape[:2], np.float32)
            scene += grain[..., None]
        seen = np.clip(scene, 0, 255).astype(np.uint8)
        if self.clock:
            draw_clock(seen, at_s if clock_s is None else clock_s)
        return seen

    def pictures(self, seconds: float, fps: float, starts_s: float = 0.0) -> Iterator[Picture]:
        for number in range(round(seconds * fps)):
            yield self.picture(starts_s + number / fps)

    @cached_property
    def _still(self) -> Field:
        wide = _panorama(self.seed, self.night)
        turn = cv2.getRotationMatrix2D((0.0, 0.0), self.roll_deg, self.zoom)
        turn[:, 2] = -(turn[:, :2] @ np.array([self.heading, self.tilt]))
        return cv2.warpAffine(
            wide, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )

    def _drive(self, scene: Field, at_s: float) -> None:
        chance = np.random.default_rng(self.seed + 7)
        for lane, speed in enumerate((95.0, -70.0, 60.0)):
            width = int(70 + 18 * lane)
            colour = chance.integers(30, 220, 3) * (0.15 if self.night else 1.0)
            span = WIDTH + 4 * width
            left = int((chance.integers(span) + speed * at_s) % span) - 2 * width
            top = HEIGHT - 105 + 30 * lane
            body = (left, top), (left + width, top + 28)
            cv2.rectangle(scene, *body, colour.tolist(), -1)
            roof = (left + width // 5, top - 13), (left + 4 * width // 5, top)
            cv2.rectangle(scene, *roof, (colour * 0.6).tolist(), -1)
            for wheel in (left + width // 5, left + 4 * width // 5):
                cv2.circle(scene, (wheel, top + 28), 7, (12, 12, 12), -1)
            if self.night:
                front = left + width if speed > 0 else left
                _glow(scene, front, top + 12, 26.0, (190, 240, 255))
                _glow(scene, left if speed > 0 else left + width, top + 10, 8.0, (20, 20, 210))

    def _rained(self, scene: Field) -> Field:
        """Veil, wet lens, and streaks that no two pictures share."""
        light = 70.0 if self.night else 165.0
        wet = cv2.GaussianBlur(scene, (0, 0), 0.8) * 0.72 + light * 0.2
        streaks = np.zeros((HEIGHT, WIDTH), np.float32)
        for x, y in self._chance.integers((0, 0), (WIDTH, HEIGHT), (260, 2)):
            end = (int(x) - 2, int(y) + int(self._chance.integers(8, 22)))
            cv2.line(streaks, (int(x), int(y)), end, 1.0, 1)
        wet += (cv2.GaussianBlur(streaks, (0, 0), 0.7) * (34.0 if self.night else 50.0))[..., None]
        soft = cv2.GaussianBlur(wet, (0, 0), 5.0)
        return wet + (soft - wet) * self._drops

    @cached_property
    def _drops(self) -> Field:
        """Where drops on the lens blur the picture."""
        chance = np.random.default_rng(self.seed + 11)
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        for x, y, r in chance.integers((0, 0, 6), (WIDTH, HEIGHT, 16), (25, 3)):
            cv2.circle(mask, (int(x), int(y)), int(r), 1.0, -1)
        return cv2.GaussianBlur(mask, (0, 0), 2.0)[..., None]


@cache
def _panorama(seed: int, night: bool) -> Field:
    width, height = PANORAMA
    chance = np.random.default_rng(seed)
    wide = np.zeros((height, width, 3), np.float32)
    wide[:] = np.linspace(235, 190, height, dtype=np.float32)[:, None, None] * (1.0, 0.96, 0.9)
    lit = _houses(wide, chance)
    cv2.rectangle(wide, (0, KERB), (width, KERB + 22), (150, 152, 155), -1)
    cv2.rectangle(wide, (0, KERB + 22), (width, height), (88, 88, 90), -1)
    for x in range(0, width, 60):
        cv2.rectangle(wide, (x, KERB + 70), (x + 32, KERB + 74), (225, 225, 225), -1)
        cv2.rectangle(wide, (x + 12, KERB + 118), (x + 44, KERB + 123), (225, 225, 225), -1)
    lamps = [_lamp_sign_and_tree(wide, x, chance) for x in range(90, width, 230)]
    rough = chance.normal(0, 9, (height, width)).astype(np.float32)
    wide += cv2.GaussianBlur(rough, (0, 0), 0.9)[..., None]
    if not night:
        return wide
    wide *= 0.16
    for x, y in lit:
        cv2.rectangle(wide, (x, y), (x + 13, y + 20), (70, 150, 190), -1)
    for x, y in lamps:
        _glow(wide, x, y, 9.0, (200, 240, 255))
        _pool(wide, x, y + 130, 95.0)
    return wide


def _houses(wide: Field, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Draws them; the windows in which there is light at night."""
    lit: list[tuple[int, int]] = []
    left, width = 0, PANORAMA[0]
    while left < width:
        right = left + int(chance.integers(70, 190))
        top = HORIZON - int(chance.integers(40, 190))
        wall = chance.integers(70, 190, 3).astype(float)
        cv2.rectangle(wide, (left, top), (right, KERB), wall.tolist(), -1)
        for x in range(left + 10, right - 16, 26):
            for y in range(top + 14, KERB - 40, 34):
                cv2.rectangle(wide, (x, y), (x + 13, y + 20), (wall * 0.35).tolist(), -1)
                cv2.rectangle(wide, (x, y), (x + 13, y + 20), (wall * 1.25).tolist(), 1)
                if chance.random() < 0.3:
                    lit.append((x, y))
        cv2.rectangle(wide, (left + 8, KERB - 34), (left + 30, KERB), (40, 35, 60), -1)
        left = right
    return lit


def _lamp_sign_and_tree(wide: Field, x: int, chance: np.random.Generator) -> tuple[int, int]:
    """Draws them; where the lamp hangs."""
    cv2.line(wide, (x, KERB + 10), (x, KERB - 150), (55, 60, 60), 4)
    cv2.line(wide, (x, KERB - 150), (x + 34, KERB - 158), (55, 60, 60), 3)
    sign = chance.integers(20, 230, 3).tolist()
    cv2.circle(wide, (x + 100, KERB - 60), 13, sign, -1)
    cv2.line(wide, (x + 100, KERB - 47), (x + 100, KERB + 8), (90, 90, 90), 3)
    for _ in range(60):
        at = chance.normal((x + 160, KERB - 90), (26, 30))
        green = (40 + int(chance.integers(30)), 80 + int(chance.integers(60)), 50)
        cv2.circle(wide, at.astype(int).tolist(), int(chance.integers(4, 10)), green, -1)
    return x + 34, KERB - 156


def _glow(scene: Field, x: int, y: int, radius: float, colour: tuple[int, int, int]) -> None:
    reach = int(radius * 3)
    top, left = max(0, y - reach), max(0, x - reach)
    part = scene[top : max(0, y + reach), left : max(0, x + reach)]
    if part.size == 0:
        return
    ys, xs = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    light = np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * radius * radius)).astype(np.float32)
    part += light[..., None] * np.array(colour, np.float32)


def _pool(scene: Field, x: int, y: int, radius: float) -> None:
    """Light that falls on what is there: it shows it better rather than cover it."""
    ys, xs = np.mgrid[0 : scene.shape[0], 0 : scene.shape[1]]
    light = np.exp(-((xs - x) ** 2 + 1.6 * (ys - y) ** 2) / (2 * radius * radius))
    scene *= 1 + 3.2 * light[..., None].astype(np.float32)


def draw_clock(picture: Picture, at_s: float) -> None:
    text = (STARTS + timedelta(seconds=int(at_s))).strftime("%Y-%m-%d %H:%M:%S")
    x, y = int(CLOCK[0] * WIDTH) + 4, int((CLOCK[1] + CLOCK[3]) * HEIGHT) - 8
    for colour, thick in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, thick)


def with_lorry(picture: Picture, share: float = 0.21) -> Picture:
    """A lorry that stands before the houses and fills this share of the picture."""
    width = 0.55
    height = share / width
    left, top = int(0.3 * WIDTH), int((0.93 - height) * HEIGHT)
    right, bottom = left + int(width * WIDTH), top + int(height * HEIGHT)
    seen = picture.copy()
    level = int(picture.mean())
    cv2.rectangle(seen, (left, top), (right, bottom), (level + 15, level + 8, level), -1)
    cv2.rectangle(seen, (right - 60, top), (right, bottom), (level // 2, level // 2, level), -1)
    return seen


def defocused(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def covered(picture: Picture, share: float = 0.7, level: int = 60, noise_seed: int = 3) -> Picture:
    """Something flat before the lens, from the left, with a soft edge and the sensor's noise."""
    chance = np.random.default_rng(noise_seed)
    edge = np.clip((np.arange(WIDTH) - share * WIDTH) / 12 + 0.5, 0, 1)[None, :, None]
    flat = (
        level
        + np.linspace(-12, 12, HEIGHT)[:, None, None]
        + chance.normal(0, 2, (HEIGHT, WIDTH, 1))
    )
    return np.clip(picture * edge + flat * (1 - edge), 0, 255).astype(np.uint8)


def darkened(picture: Picture, share: float = 0.04) -> Picture:
    return (picture * share).astype(np.uint8)


def black(level: int = 0, noise: float = 0.0, noise_seed: int = 4) -> Picture:
    chance = np.random.default_rng(noise_seed)
    return np.clip(chance.normal(level, noise, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)


def dazzled(picture: Picture, radius: float = 260.0) -> Picture:
    """The sun in the lens: a white disc, and a veil over the rest."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    far = np.hypot(xs - 0.45 * WIDTH, ys - 0.4 * HEIGHT)
    light = 330 * np.exp(-((far / radius) ** 4)) + 90 * np.exp(-far / radius)
    return np.clip(picture + light[..., None], 0, 255).astype(np.uint8)


def re_encoded(
    pictures: Iterable[Picture], fps: float, bit_rate: int, key_every_s: float = 4.0
) -> list[Picture]:
    """What is left of them after H.264 at this bit rate, as a camera sends it."""
    return decoded(encoded(pictures, fps, bit_rate, key_every_s))


def encoded(
    pictures: Iterable[Picture], fps: float, bit_rate: int = 800_000, key_every_s: float = 1.0
) -> bytes:
    """H.264 in Matroska."""
    written = io.BytesIO()
    rate = Fraction(fps).limit_denominator(100)
    with av.open(written, "w", format="matroska") as film:
        stream = film.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = bit_rate
        stream.gop_size = max(1, round(fps * key_every_s))
        stream.options = {
            "preset": "veryfast",
            "tune": "zerolatency",
            "maxrate": str(bit_rate),
            "bufsize": str(bit_rate),
        }
        stream.codec_context.thread_count = 1
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode(None))
    return written.getvalue()


def decoded(film: bytes) -> list[Picture]:
    with av.open(io.BytesIO(film)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
