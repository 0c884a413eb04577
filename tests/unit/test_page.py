"""The page before any browser sees it."""

import base64
import hashlib
import re

import pytest

from tocsin_frontend import page
from tocsin_frontend.plain import render_plain_page


def settings(**changes: object) -> page.PageSettings:
    told: page.PageSettings = {
        "realm": "live",
        "exercise_title": None,
        "language": "fr",
        "theme": "dark",
        "socket_path": "/realms/live/socket",
        "api_root": "/api",
        "static_url": "/static/0123456789abcdef",
        "basemap_url": "/basemap/brussels.pmtiles",
        "version": "0.1.0",
        "other_realms": ["exercise-sc-01"],
    }
    told.update(changes)  # type: ignore[typeddict-item]
    return told


def test_nothing_on_the_page_comes_from_elsewhere() -> None:
    html = page.render_map_page(settings(), "room")
    addresses = re.findall(r'(?:src|href|action|data)="([^"]*)"', html)
    assert addresses
    assert [a for a in addresses if not a.startswith(("/", "#")) or a.startswith("//")] == []


def test_every_asset_of_the_page_is_in_the_static_tree() -> None:
    html = page.render_map_page(settings(), "room")
    assets = re.findall(r'"/static/0123456789abcdef/([^"]+)"', html)
    assert len(assets) >= 6
    assert [a for a in assets if not (page.STATIC_ROOT / a).is_file()] == []


def test_the_same_settings_give_the_same_bytes() -> None:
    assert page.render_map_page(settings(), "room") == page.render_map_page(settings(), "room")


def test_rendering_leaves_folium_as_it_was() -> None:
    """Folium's asset lists belong to the whole process."""
    page.render_map_page(settings(static_url="/static/other"), "room")
    assert "/static/other" not in page.render_map_page(settings(), "room")


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_the_page_says_its_language_and_speaks_it(language: str) -> None:
    html = page.render_map_page(settings(language=language), "room")
    assert f'<html lang="{language}"' in html
    assert f">{page.locale(language)['panel.incidents']}</h1>" in html


def test_people_may_zoom_the_page() -> None:
    """Folium forbids it; WCAG 1.4.4 does not allow that."""
    html = page.render_map_page(settings(), "room")
    assert html.count('name="viewport"') == 1
    assert "user-scalable" not in html
    assert "maximum-scale" not in html


def test_without_scripts_the_page_says_so_in_every_language() -> None:
    html = page.render_map_page(settings(), "room")
    noscript = re.search(r"<noscript>(.*?)</noscript>", html, re.DOTALL)
    assert noscript is not None
    for language in page.LANGUAGES:
        assert page.locale(language)["noscript"] in noscript[1]


def test_the_policy_allows_exactly_the_inline_blocks_of_the_page() -> None:
    html = page.render_map_page(settings(), "room")
    policy = page.content_security_policy(html)
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, re.DOTALL)
    hashes = {
        "'sha256-" + base64.b64encode(hashlib.sha256(b.encode()).digest()).decode() + "'"
        for b in blocks
    }
    assert set(re.findall(r"'sha256-[^']+'", policy)) == hashes
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")


def test_the_page_needs_no_inline_style_attribute_and_no_inline_handler() -> None:
    """The policy would refuse them."""
    html = page.render_map_page(settings(realm="exercise-sc-01", exercise_title="SC-01"), "room")
    assert re.findall(r"<[^>]* (?:style|on\w+)=", html) == []


def test_titles_of_exercises_cannot_break_out_of_the_page() -> None:
    title = "</script><script>alert(1)</script>"
    html = page.render_map_page(settings(realm="exercise-x", exercise_title=title), "room")
    assert title not in html
    assert "\\u003c/script\\u003e" in html


def test_an_exercise_is_marked_before_any_script_runs() -> None:
    html = page.render_map_page(settings(realm="exercise-sc-01", exercise_title="SC-01"), "room")
    assert "<title>EXERCICE – OEFENING – EXERCISE · SC-01 · Tocsin</title>" in html
    assert 'id="exercise-frame"' in html
    assert 'class="watermark"' in html


def test_the_live_room_is_not_marked_as_an_exercise() -> None:
    html = page.render_map_page(settings(), "room")
    assert "<title>Tocsin</title>" in html
    assert 'id="exercise-frame"' not in html
    assert ">RÉEL<" in html
    assert ">REËEL<" in html


def test_the_fingerprint_follows_the_content() -> None:
    """It names the folder that browsers may cache for ever."""
    before = page.static_fingerprint()
    assert re.fullmatch(r"[0-9a-f]{16}", before)
    assert page.static_fingerprint() == before


def test_the_area_layers_are_small_and_say_where_they_come_from() -> None:
    for name in ("municipalities", "police_zones", "region"):
        path = page.STATIC_ROOT / "layers" / f"{name}.geojson"
        assert path.stat().st_size <= 120_000
        assert "OpenStreetMap" in path.read_text("utf-8")[:200]


def test_the_basemap_is_there_with_its_attribution() -> None:
    assert page.BASEMAP.read_bytes()[:7] == b"PMTiles"
    notice = (page.BASEMAP.parent / "ATTRIBUTION.md").read_text("utf-8")
    assert page.ATTRIBUTION in notice


def test_a_page_of_exercises_is_in_their_menu_only_and_leads_live_to_the_room() -> None:
    exercise = settings(realm="exercise-sc-01", exercise_title="SC-01", other_realms=["live"])
    html = render_plain_page(exercise, "control")
    assert 'href="/realms/exercise-sc-01/observe"' in html
    assert 'href="/realms/exercise-sc-01/exercises"' not in html
    assert '<a href="/realms/live">' in html
    live = page.render_map_page(settings(), "room")
    assert 'href="/realms/live/exercises"' in live
    assert 'href="/realms/live/control"' not in live
