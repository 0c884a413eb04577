"""Pages of tables, before any browser sees them."""

import re

import pytest

from tocsin_frontend import page
from tocsin_frontend.plain import render_plain_page
from unit.test_page import settings

NAMES = ("admin", "measures")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_it_comes_from_elsewhere_and_all_of_it_is_there(name: str) -> None:
    html = render_plain_page(settings(), name)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert [a for a in addresses if not a.startswith(("/", "#")) or a.startswith("//")] == []
    assets = re.findall(r'"/static/0123456789abcdef/([^"]+)"', html)
    assert [a for a in assets if not (page.STATIC_ROOT / a).is_file()] == []
    assert f"app/{name}.js" in assets


@pytest.mark.parametrize("name", NAMES)
def test_it_has_nothing_inline_that_a_policy_would_have_to_allow(name: str) -> None:
    html = render_plain_page(settings(), name)
    assert "sha256" not in page.content_security_policy(html)
    assert re.findall(r"<[^>]* (?:style|on\w+)=", html) == []


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_it_speaks_its_language_and_names_itself(language: str) -> None:
    html = render_plain_page(settings(language=language), "admin")
    assert f'<html lang="{language}"' in html
    assert f"<title>{page.locale(language)['page.admin']} · Tocsin</title>" in html


def test_an_exercise_frames_it_and_its_links_stay_in_the_exercise() -> None:
    told = settings(realm="exercise-sc-01", exercise_title="</script>SC-01", other_realms=["live"])
    html = render_plain_page(told, "measures")
    assert 'id="exercise-frame"' in html
    assert "</script>SC-01" not in html
    assert 'href="/realms/exercise-sc-01/admin"' in html
    assert 'href="/realms/live/measures"' in html
