"""Every screen as people meet it, for the tests and for the pictures of the documents."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from browser.crisis import crisis_cameras, empty_room, major_crisis, ordinary_evening
from browser.script import Script

ROOMS: dict[str, Callable[[], Script]] = {
    "empty": empty_room,
    "evening": ordinary_evening,
    "crisis": lambda: major_crisis("live"),
}
CAMERAS = crisis_cameras("live")


def _nothing(page: Page) -> None:
    pass


def _worst_incident(page: Page) -> None:
    rows = page.locator("#incident-list [data-incident]")
    if rows.count():
        rows.first.click()
        expect(page.locator("#sheet")).to_be_visible()


def _key(key: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.keyboard.press(key)

    return press


def _acting(capacity: str) -> Callable[[Page], None]:
    def choose(page: Page) -> None:
        page.locator("#capacity").evaluate(
            "(select, to) => { select.value = to; select.dispatchEvent(new Event('change')); }",
            capacity,
        )
        expect(page.locator(".staff-only button")).to_be_hidden()

    return choose


@dataclass(frozen=True)
class Scene:
    """`path` below the realm; `prepare` does what a person would do to see it."""

    name: str
    path: str
    prepare: Callable[[Page], None] = _nothing

    def address(self, room: str, language: str) -> str:
        joint = "&" if "?" in self.path else "?"
        return f"{room}{self.path}{joint}lang={language}"


SCENES: Sequence[Scene] = (
    Scene("operator", "", _worst_incident),
    Scene("legend-panel", "", _key("l")),
    Scene("keys", "", _key("?")),
    Scene("liaison", "/liaison"),
    Scene("supervisor", "/supervisor"),
    Scene("handover", "/handover"),
    Scene("measures", "/measures"),
    Scene("video", "/video"),
    Scene("board", "/board"),
    Scene("exercises", "/exercises"),
    Scene("preparation", "/preparation"),
    Scene("control", "/control", _acting("coordinator")),
    Scene("observe", "/observe", _acting("evaluator")),
    Scene("legend", "/legend"),
    Scene("admin", "/admin"),
    Scene("wall-setup", "/wall/setup"),
    Scene("wall-a", "/wall?layout=a&distance=5&pitch=0.634"),
    Scene("wall-b", "/wall?layout=b&distance=5&pitch=0.634"),
)


def open_scene(page: Page, scene: Scene, room: str, language: str) -> None:
    """The scene as it is once its picture is live and its names are there."""
    page.goto(scene.address(room, language))
    expect(page.locator("html")).to_have_attribute("data-live-state", "live")
    scene.prepare(page)


DRAWN = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"


def choose_language(page: Page, language: str) -> None:
    """Without loading the page again, but for a wall, whose address says it."""
    button = page.locator(f"#languages button[value={language}]")
    if button.count():
        button.evaluate("button => button.click()")
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.evaluate(DRAWN)
    else:
        page.goto(re.sub(r"lang=\w+", f"lang={language}", page.url))
        expect(page.locator("html")).to_have_attribute("data-live-state", "live")


LOOKING = (Path(__file__).parent / "looking.js").read_text("utf-8")


def looked(page: Page, what: str) -> list[Any]:
    """What a look at the page finds: `cutOff`, `overlapping` or `texts` of looking.js."""
    found: list[Any] = page.evaluate(f"() => {{ {LOOKING}\nreturn {what}(); }}")
    return found
