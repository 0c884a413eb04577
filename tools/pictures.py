"""Takes the pictures of the documents from the running program.

Needs Chromium and the development packages, which `./test` sets up:
`.venv/bin/python tools/pictures.py`
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from house import House  # noqa: E402 the tests' own way to start the program

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1600, "height": 900}
EXERCISE = "exercise-sc-01-run-1"


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, House(Path(folder), demo_speed=60) as house:
        house.wait(lambda: _is_told(house), timeout=90, message="SC-01 comes to its phase")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
            page.goto(f"{house.http}/realms/{EXERCISE}?lang=fr")
            _take(page, "exercise.png")
            browser.close()


def _is_told(house: House) -> bool:
    """The incident of the tunnel has its phase: nearly everything SC-01 shows is there."""
    incidents = house.situation(EXERCISE)["incidents"].values()
    return any("phase" in incident["facts"] for incident in incidents)


def _take(page: Page, name: str) -> None:
    page.locator("html[data-live-state=live]").wait_for()
    page.locator("#incidents [data-incident]").first.click()
    page.locator("#sheet-head").get_by_text("I-").first.wait_for()
    page.wait_for_timeout(2_500)  # the map has no sign that its last tile is drawn
    page.screenshot(path=PICTURES / name)
    print(PICTURES / name)


if __name__ == "__main__":
    main()
