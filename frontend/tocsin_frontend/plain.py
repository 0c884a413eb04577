"""Pages without a map: tables that are read, not watched."""

from tocsin_frontend.page import (
    STYLES,
    TEMPLATES,
    Modules,
    PageFrame,
    PageSettings,
    page_title,
)

LEAFLET = "leaflet_css"  # for maps only


class PlainPage(PageFrame):
    """Our skeleton without Folium; its module draws into `main`."""

    def __init__(self, settings: PageSettings, name: str) -> None:
        super().__init__(settings, name)
        static = settings["static_url"]
        self.title = page_title(settings, self.t(f"page.{name}"))
        self.styles = [f"{static}/{path}" for style, path in STYLES if style != LEAFLET]
        self.modules = Modules(settings, self.kind)


def render_plain_page(settings: PageSettings, name: str) -> str:
    """A page without a map, of one realm in one language."""
    page = PlainPage(settings, name)
    return TEMPLATES.get_template("plain-page.html.j2").render(this=page, modules=page.modules)
