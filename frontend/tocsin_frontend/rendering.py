"""One door to every page, with a map or without."""

from tocsin_frontend.page import PageSettings, page_kind, render_map_page
from tocsin_frontend.plain import render_plain_page


def render_page(settings: PageSettings, name: str) -> str:
    """The page `name` of PAGES, of one realm in one language; the same settings, the same bytes."""
    render = render_map_page if page_kind(name).has_map else render_plain_page
    return render(settings, name)
