"""Takes the pictures of the documents; `--all FOLDER` takes every screen in every state to look at.

Needs Chromium and the development packages, which `./test` sets up:
`.venv/bin/python tools/pictures.py`
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from browser.fake_room import FakeRoom  # noqa: E402 the tests' own rooms and screens
from browser.scenes import CAMERAS, ROOMS, SCENES, choose_language, open_scene  # noqa: E402
from browser.staged import answers, staged  # noqa: E402
from house import House  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
HD = {"width": 1920, "height": 1080}
UHD = {"width": 3840, "height": 2160}
EXERCISE = "exercise-sc-01-run-1"
OF_EXERCISES = ("control", "observe")
SETTLED_MS = 2_500  # the map has no sign that its last tile is drawn
QUALITY = 80


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--only", metavar="SCENE")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        if arguments.all is not None:
            take_all(browser, arguments.all, arguments.only)
        else:
            take_for_documents(browser, arguments.only)
        browser.close()


def take_for_documents(browser: Browser, only: str | None) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        opened(browser, HD) as page,
        FakeRoom(ROOMS["crisis"](), cameras=CAMERAS) as crisis,
        staged() as exercise,
    ):
        crisis.answers |= answers("live")
        for scene in SCENES:
            if only in (None, scene.name):
                room = exercise if scene.name in OF_EXERCISES else crisis
                open_scene(page, scene, room.url, "both" if "layout=" in scene.path else "en")
                take(page, PICTURES / f"{scene.name}.jpg")
    if only in (None, "exercise"):
        take_exercise(browser)


def take_exercise(browser: Browser) -> None:
    """The running program itself, in the middle of scenario SC-01."""
    with (
        tempfile.TemporaryDirectory() as folder,
        House(Path(folder), demo_speed=60) as house,
        opened(browser, {"width": 1600, "height": 900}) as page,
    ):
        house.wait(lambda: is_told(house), timeout=90, message="SC-01 comes to its phase")
        open_scene(page, SCENES[0], f"{house.http}/realms/{EXERCISE}", "fr")
        take(page, PICTURES / "exercise.jpg")
        page.evaluate("localStorage.setItem('tocsin_capacity', 'coordinator')")
        page.goto(f"{house.http}/realms/{EXERCISE}/debriefing?lang=en")
        expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=20_000)
        take(page, PICTURES / "debriefing.jpg")


def is_told(house: House) -> bool:
    """The incident of the tunnel has its phase: nearly everything SC-01 shows is there."""
    incidents = house.situation(EXERCISE)["incidents"].values()
    return any("phase" in incident["facts"] for incident in incidents)


def take_all(browser: Browser, folder: Path, only: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for room_name, make in ROOMS.items():
        with FakeRoom(make(), cameras=CAMERAS) as room:
            for size, theme in product((HD, UHD), ("dark", "light")):
                if theme == "light" and size is UHD:
                    continue
                with opened(browser, size) as page:
                    page.context.add_cookies(
                        [{"name": "tocsin_theme", "value": theme, "url": room.url}]
                    )
                    for scene in SCENES:
                        if only not in (None, scene.name):
                            continue
                        open_scene(page, scene, room.url, "fr")
                        for language in ("fr", "nl", "en"):
                            choose_language(page, language)
                            name = f"{scene.name}-{room_name}-{size['width']}-{theme}-{language}"
                            take(page, folder / f"{name}.jpg")


@contextmanager
def opened(browser: Browser, size: dict[str, int]) -> Iterator[Page]:
    context = browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def take(page: Page, path: Path) -> None:
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    print(path)


if __name__ == "__main__":
    main()
