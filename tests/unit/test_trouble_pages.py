"""Pages that stand in for one that cannot be shown."""

import re
from typing import get_args

import pytest

from tocsin_frontend import page
from tocsin_frontend.trouble import OF_STATUS, Trouble, render_trouble_page

STATIC = "/static/0123456789abcdef"


def html_of(kind: Trouble, language: str = "fr", **more: object) -> str:
    return render_trouble_page(kind, language=language, theme="dark", static_url=STATIC, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", get_args(Trouble))
def test_a_trouble_is_told_in_all_three_languages(kind: Trouble) -> None:
    html = html_of(kind)
    for language in page.LANGUAGES:
        title = page.locale(language)[f"trouble_page.{kind}"]
        assert f'<section lang="{language}">' in html
        assert title in html


@pytest.mark.parametrize("language", page.LANGUAGES)
def test_the_persons_own_language_stands_first(language: str) -> None:
    html = html_of("not_found", language)
    assert html.index(f'<section lang="{language}">') == html.index("<section")
    assert f'<html lang="{language}"' in html


def test_all_it_loads_is_our_own_and_there() -> None:
    html = html_of("gone")
    assets = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert assets
    for asset in assets:
        assert (page.STATIC_ROOT / asset.removeprefix(STATIC + "/")).is_file()


def test_the_servers_reason_cannot_bring_markup() -> None:
    html = html_of("not_found", status=404, reason="there is no realm <b>x</b>")
    assert "there is no realm &lt;b&gt;x&lt;/b&gt;" in html


def test_a_page_that_would_lead_back_to_itself_has_no_link() -> None:
    assert "<a " not in html_of("wrong_address")
    assert '<a href="/"' in html_of("not_found")


def test_every_status_that_people_meet_has_its_page() -> None:
    assert set(OF_STATUS) == {403, 404, 421, 500, 503}
