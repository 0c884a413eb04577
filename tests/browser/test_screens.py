"""Every screen in every language, in an empty room, on an ordinary evening, in a major crisis."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from browser.fake_room import FakeRoom
from browser.scenes import (
    CAMERAS,
    ROOMS,
    SCENES,
    Scene,
    choose_language,
    looked,
    open_scene,
)
from browser.staged import answers
from browser.watch import Watch
from tocsin_frontend.page import LANGUAGES, locale

SIZES = {"hd": {"width": 1920, "height": 1080}, "uhd": {"width": 3840, "height": 2160}}
SHORT = 9  # words so short are the same in several languages by chance


@pytest.fixture(scope="module")
def rooms() -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        rooms = {
            name: stack.enter_context(FakeRoom(script(), cameras=CAMERAS))
            for name, script in ROOMS.items()
        }
        rooms["crisis"].answers |= answers("live")
        yield {name: room.url for name, room in rooms.items()}


@pytest.mark.parametrize("room", ["crisis", "empty"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_is_cut_off_or_covered_and_no_language_is_mixed(
    screen: Page, rooms: dict[str, str], watch: Watch, scene: Scene, room: str
) -> None:
    watch.allow("404")  # a scripted room has no journal to ask
    for size in SIZES if room == "crisis" else ("hd",):
        screen.set_viewport_size(SIZES[size])
        open_scene(screen, scene, rooms[room], LANGUAGES[0])
        for language in LANGUAGES:
            choose_language(screen, language)
            seen = f"{scene.name} {language} {room} {size}"
            assert looked(screen, "cutOff") == [], seen
            assert looked(screen, "overlapping") == [], seen
            assert foreign_words(looked(screen, "texts"), language) == [], seen


def foreign_words(texts: list[tuple[str, str]], language: str) -> list[str]:
    """What stands there in another language without saying so."""
    own = {word for word in locale(language).values() if isinstance(word, str)}
    others = {
        word
        for other in LANGUAGES
        if other != language
        for word in locale(other).values()
        if isinstance(word, str) and len(word) > SHORT and "{" not in word
    }
    return [text for lang, text in texts if lang == language and text in others - own]


def test_an_ordinary_evening_looks_calm(screen: Page, rooms: dict[str, str]) -> None:
    screen.set_viewport_size(SIZES["hd"])
    open_scene(screen, SCENES[0], rooms["evening"], "fr")
    expect(screen.locator("#alarm-flood")).to_be_hidden()


WRONG = """<!DOCTYPE html><html lang="fr"><body>
<div style="width:60px;height:20px;overflow:hidden"><b>Supervisie</b> <i>aan de overkant</i></div>
<p style="position:absolute;left:200px;top:200px">Incidents</p>
<p style="position:absolute;left:210px;top:204px">Relève</p>
<p lang="nl">Aflossing</p>
</body></html>"""


def test_a_look_at_a_bad_page_finds_what_is_wrong_with_it(screen: Page) -> None:
    screen.set_content(WRONG)
    assert looked(screen, "cutOff")
    assert looked(screen, "overlapping") == ["Incidents | Relève"]
    texts = looked(screen, "texts")
    assert ["nl", "Aflossing"] in texts
    assert foreign_words([("fr", "Situatiebord"), ("nl", "Situatiebord")], "fr") == ["Situatiebord"]
