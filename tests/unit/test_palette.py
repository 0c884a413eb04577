"""The colours of themes.css: legible on every surface, and apart for every kind of eyes."""

import re

import pytest

from colours import EYES, contrast, difference, least_difference
from tocsin_frontend.page import STATIC_ROOT, THEMES

SURFACES = ("base", "panel", "raised", "card", "hover")
SEVERITIES = [f"s{level}" for level in range(5)]
ZONES = ("zone-red", "zone-orange", "zone-yellow")
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2 AA: text; large text and what is not text
APART = 14.0
GROUNDS = ("base", "land", "built", "industry", "green", "wood", "water")


def palettes() -> dict[str, dict[str, str]]:
    css = (STATIC_ROOT / "app" / "themes.css").read_text("utf-8")
    dark, light = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))
        for block in css.split(":root[data-theme=")
    )
    return {"dark": dark, "light": light}


def grounds() -> dict[str, dict[str, str]]:
    """What the basemap paints, by theme."""
    code = (STATIC_ROOT / "app" / "basemap.js").read_text("utf-8")
    inks = code[code.index("INKS = {") : code.index("\n};")]
    dark, light = (dict(re.findall(r'(\w+): "(#[0-9a-f]{6})"', b)) for b in inks.split("light: {"))
    return {"dark": dark, "light": light}


PALETTES, MAPS = palettes(), grounds()


def test_both_themes_have_the_same_colours() -> None:
    assert tuple(PALETTES) == THEMES
    assert set(PALETTES["dark"]) == set(PALETTES["light"])


def test_the_measure_of_difference_is_the_published_one() -> None:
    assert difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert difference((50, 2.5, 0), (58, 24, 15)) == pytest.approx(19.4535, abs=1e-4)
    assert difference((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514)) == pytest.approx(
        0.9082, abs=1e-4
    )


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_two_severities_are_never_alike_whatever_the_eyes(theme: str, eyes: str) -> None:
    colours = [PALETTES[theme][name] for name in SEVERITIES]
    assert least_difference(colours, eyes) >= APART


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("theme", THEMES)
def test_text_is_legible_on_every_surface(theme: str, surface: str) -> None:
    palette = PALETTES[theme]
    ground = palette[surface]
    for name in ("text", "soft", *(f"{s}-line" for s in SEVERITIES), "safe"):
        assert contrast(palette[name], ground) >= TEXT, name
    for name in ("edge", "focus", *ZONES):
        assert contrast(palette[name], ground) >= SHAPE, name


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_number_is_legible_on_every_severity(theme: str, severity: str) -> None:
    assert contrast(PALETTES[theme]["ink"], PALETTES[theme][severity]) >= TEXT


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_sign_stands_out_by_its_colour_or_by_its_dark_outline(theme: str, severity: str) -> None:
    """Pale severities on a light map are seen by their outline, which is dark in both themes."""
    palette = PALETTES[theme]
    assert contrast(palette["sign-edge"], palette[severity]) >= SHAPE
    for ground in [*(palette[name] for name in SURFACES), *(MAPS[theme][name] for name in GROUNDS)]:
        best = max(contrast(palette[name], ground) for name in (severity, "sign-edge"))
        assert best >= SHAPE, ground


@pytest.mark.parametrize("theme", THEMES)
def test_what_the_map_draws_stands_out_from_it(theme: str) -> None:
    palette = PALETTES[theme]
    for name in (*ZONES, "text", "moving", "wedge", "sign-over"):
        for ground in GROUNDS:
            assert contrast(palette[name], MAPS[theme][ground]) >= SHAPE, (name, ground)
