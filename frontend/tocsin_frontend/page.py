"""The page of a screen: made by Folium, self-hosted to the last byte, strict about what may run."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict

import folium
from branca.element import Figure, MacroElement
from jinja2 import Environment, FileSystemLoader, Template

from tocsin_frontend.modules import modules_of

PACKAGE = Path(__file__).parent
STATIC_ROOT = PACKAGE / "static"
BASEMAP = PACKAGE / "basemap" / "brussels.pmtiles"
LANGUAGES = ("fr", "nl", "en")
LIVE = "live"

ATTRIBUTION = "© OpenStreetMap contributors (ODbL) · Brussels UrbIS® (Paradigm)"
EXERCISE_SIGN = "EXERCICE – OEFENING – EXERCISE"
MIDDLE = (50.8388, 4.3631)  # of the Region's extent
# Wide enough that all of the Region can stand beside an open sheet.
EXTENT = {"min_lat": 50.68, "max_lat": 51.0, "min_lon": 3.75, "max_lon": 4.98}
SCRIPTS = (
    ("leaflet", "vendor/leaflet-1.9.4/leaflet.js"),
    ("protomaps", "vendor/protomaps-leaflet-5.1.0/protomaps-leaflet.js"),
)
STYLES = (
    ("leaflet_css", "vendor/leaflet-1.9.4/leaflet.css"),
    ("themes_css", "app/themes.css"),
    ("app_css", "app/app.css"),
    ("exercise_css", "app/exercise.css"),
    ("acts_css", "app/acts.css"),
    ("alarms_css", "app/alarms.css"),
    ("plain_css", "app/plain.css"),
    ("cameras_css", "app/cameras.css"),
    ("map_css", "app/map.css"),
    ("layers_css", "app/layers.css"),
    ("drawing_css", "app/drawing.css"),
    ("desk_css", "app/desk.css"),
    ("time_css", "app/time.css"),
    ("supervisor_css", "app/supervisor.css"),
    ("wall_css", "app/wall.css"),
    ("paper_css", "app/paper.css"),
    ("exercises_css", "app/exercises.css"),
    ("preparation_css", "app/preparation.css"),
    ("control_css", "app/control.css"),
    ("observe_css", "app/observe.css"),
    ("debriefing_css", "app/debriefing.css"),
)
AREAS = ("municipalities", "police_zones", "region")  # what every map draws, or looks up
THEMES = ("dark", "light")
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'


class PageSettings(TypedDict):
    """What the server tells a screen; all addresses are paths on the same origin.

    `exercise_title` is None in the live realm; `other_realms` are names, each with its own page.
    """

    realm: str
    exercise_title: str | None
    language: str
    theme: str
    socket_path: str
    api_root: str
    static_url: str
    basemap_url: str
    version: str
    other_realms: list[str]


class SituationMap(folium.Map):
    """A Leaflet map with self-hosted assets and a name our modules can rely on."""

    def __init__(self, *, static_url: str, **options: Any) -> None:
        super().__init__(**options)
        # On the instance: Folium's own lists are shared by the whole process.
        self.default_js = [(name, f"{static_url}/{path}") for name, path in SCRIPTS]
        self.default_css = [(name, f"{static_url}/{path}") for name, path in STYLES]

    def get_name(self) -> str:
        return "situation_map"


TEMPLATES = Environment(
    loader=FileSystemLoader(PACKAGE / "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 the templates escape what is not ours, as Folium's own do
)


class Modules:
    """What a page loads of ours: its settings as inert JSON, the socket, the words, its modules.

    The browser asks for all of it at once, and the socket opens before the last module is there.
    """

    def __init__(self, settings: PageSettings, kind: "PageKind") -> None:
        static = settings["static_url"]
        self.told = {**settings, "languages": list(LANGUAGES), "attribution": ATTRIBUTION}
        self.first_socket = f"{static}/app/first-socket.js"
        self.data = [f"{static}/locales/{language}.json" for language in LANGUAGES]
        if kind.has_map:
            self.data += [f"{static}/layers/{name}.geojson" for name in AREAS]
        self.all = kind.modules(static)
        self.entry_point = self.all[0]


class AppModules(MacroElement):
    """Our modules in the head of a page that Folium draws."""

    _template = Template("{% macro header(this, kwargs) %}{{ this.head }}{% endmacro %}")

    def __init__(self, modules: Modules) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "AppModules"
        self.head = TEMPLATES.get_template("modules.html.j2").render(modules=modules)

    def get_name(self) -> str:
        return "app_modules"


class PageKind(NamedTuple):
    """A page: its name, the path below the realm, its module, and its skeleton.

    Pages with a map have a skeleton of their own, in which Folium draws; `in_menu` are those
    that people go to by themselves; `where` are the realms that have it.
    """

    name: str
    path: str
    module: str
    skeleton: str = "plain-page.html.j2"
    in_menu: bool = True
    where: Literal["everywhere", "live", "exercises"] = "everywhere"

    def is_in(self, realm: str) -> bool:
        return self.where == "everywhere" or (self.where == "live") == (realm == LIVE)

    @property
    def has_map(self) -> bool:
        return self.skeleton != "plain-page.html.j2"

    @property
    def title_key(self) -> str:
        return f"page.{self.name}"

    def modules(self, static_url: str) -> list[str]:
        """Addresses of its module and of all that it imports: the browser asks for all at once."""
        found = modules_of(STATIC_ROOT / "app" / self.module)
        return [f"{static_url}/{path.relative_to(STATIC_ROOT).as_posix()}" for path in found]


PAGES = (
    PageKind("room", "", "main.js", "operator-page.html.j2"),
    PageKind("liaison", "/liaison", "liaison.js", "liaison-page.html.j2"),
    PageKind("supervisor", "/supervisor", "supervisor.js"),
    PageKind("handover", "/handover", "handover.js"),
    PageKind("measures", "/measures", "measures.js"),
    PageKind("video", "/video", "video.js"),
    PageKind("board", "/board", "board.js"),
    PageKind("exercises", "/exercises", "exercises.js", where="live"),
    PageKind("preparation", "/preparation", "preparation.js", where="live"),
    PageKind("control", "/control", "control.js", where="exercises"),
    PageKind("observe", "/observe", "observe.js", where="exercises"),
    PageKind("debriefing", "/debriefing", "debriefing.js", where="exercises"),
    PageKind("legend", "/legend", "legend.js"),
    PageKind("wall_setup", "/wall/setup", "wall/setup.js"),
    PageKind("wall", "/wall", "wall/wall.js", "wall-page.html.j2", in_menu=False),
    PageKind("admin", "/admin", "admin.js"),
)


def page_kind(name: str) -> PageKind:
    return next(kind for kind in PAGES if kind.name == name)


class PageFrame:
    """What every page of ours has around its own content; `name` as in PAGES."""

    def __init__(self, settings: PageSettings, name: str) -> None:
        self.settings = settings
        self.name = name
        self.languages = LANGUAGES
        self.is_exercise = settings["realm"] != LIVE
        self.noscript = [(language, locale(language)["noscript"]) for language in LANGUAGES]
        self.unsupported = [(language, locale(language)["unsupported"]) for language in LANGUAGES]
        self.themes = THEMES
        self.kind = page_kind(name)
        names = sorted({settings["realm"], *settings["other_realms"]}, key=_live_first)
        self.realms = [{"name": name, "path": self._path_in(name)} for name in names]
        home = f"/realms/{settings['realm']}"
        self.pages = [
            {"name": kind.name, "path": home + kind.path, "key": kind.title_key}
            for kind in PAGES
            if kind.in_menu and kind.is_in(settings["realm"])
        ]

    def _path_in(self, realm: str) -> str:
        """Where a realm has the same page; its room, where it has no such page."""
        return f"/realms/{realm}{self.kind.path if self.kind.is_in(realm) else ''}"

    def t(self, key: str) -> str:
        return str(locale(self.settings["language"])[key])


class MapPage(PageFrame, Figure):
    """Our own accessible skeleton; Folium fills its head, its map and its script."""

    def __init__(self, settings: PageSettings, name: str) -> None:
        own = "" if name == "room" else locale(settings["language"])[f"page.{name}"]
        Figure.__init__(self, title=page_title(settings, own))
        PageFrame.__init__(self, settings, name)
        self._template = TEMPLATES.get_template(self.kind.skeleton)

    def render(self, **kwargs: Any) -> str:
        """Undo Folium's ban on zooming the page (WCAG 1.4.4)."""
        html = str(super().render(**kwargs))
        return re.sub(r'<meta name="viewport".*?/>', VIEWPORT, html, flags=re.DOTALL)


def _live_first(realm: str) -> tuple[bool, str]:
    return realm != LIVE, realm


def page_title(settings: PageSettings, own: str = "") -> str:
    """`own`: what the page is called. In an exercise its sign comes first."""
    exercise = settings["exercise_title"] or settings["realm"]
    parts = [own, "Tocsin"]
    if settings["realm"] != LIVE:
        parts = [EXERCISE_SIGN, own, exercise, "Tocsin"]
    return " · ".join(part for part in parts if part)


def render_map_page(settings: PageSettings, name: str) -> str:
    """A page with the map, in one language; the same settings give the same bytes."""
    situation_map = SituationMap(
        static_url=settings["static_url"],
        location=MIDDLE,
        zoom_start=12,
        max_bounds=True,
        tiles=None,
        zoom_control=False,
        zoomSnap=0.2,
        wheelPxPerZoomLevel=90,
        minZoom=10.4,
        maxZoom=18,
        maxBoundsViscosity=0.8,
        **EXTENT,
    )
    page = MapPage(settings, name)
    AppModules(Modules(settings, page.kind)).add_to(situation_map)
    page.add_child(situation_map)
    return page.render()


_INLINE = re.compile(r"<(script|style)(?P<attributes>[^>]*)>(?P<text>.*?)</\1>", re.DOTALL)


def content_security_policy(html: str) -> str:
    """A policy under which exactly this page's own inline blocks may run, and nothing foreign."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for block in _INLINE.finditer(html):
        attributes = block["attributes"]
        if "src=" in attributes or "application/json" in attributes:
            continue
        digest = base64.b64encode(hashlib.sha256(block["text"].encode()).digest()).decode()
        source = f"'sha256-{digest}'"
        if source not in hashes[block[1]]:
            hashes[block[1]].append(source)
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src 'self'", *hashes["script"]]),
            " ".join(["style-src 'self'", *hashes["style"]]),
            "img-src 'self' data: blob:",
            "media-src blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def static_fingerprint() -> str:
    """A hash over every static file: a new version has new addresses, an old one stays cached."""
    digest = hashlib.sha256()
    for path in sorted(p for p in STATIC_ROOT.rglob("*") if p.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(STATIC_ROOT).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


@cache
def locale(language: str) -> dict[str, Any]:
    """All words in one language; a word that counts has a form for each plural category."""
    text = (STATIC_ROOT / "locales" / f"{language}.json").read_text("utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def message_keys(language: str) -> frozenset[str]:
    return frozenset(locale(language))
