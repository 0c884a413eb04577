"""The lines of the settings with which Tocsin listens to simulated partners."""

import json
from collections.abc import Iterable, Iterator

from tocsin.partners import units
from tocsin.partners.company import Company
from tocsin.partners.pages import ATOM, DATEX, GTFS_RT
from tocsin.partners.script import Partner
from tocsin.partners.stib import stop_id
from tocsin.places import NamedPlace

ADAPTERS: dict[Partner, tuple[str, str]] = {
    "cad": ("edxl", "cad:112"),
    "mobiris": ("datex", "mobiris:events"),
    "stib": ("gtfs_rt", "stib:alerts"),
    "weather": ("cap", "cap:weather"),
    "units": ("owntracks", "owntracks:units"),
}


def settings_for(company: Company, realm: str, cad: str) -> str:
    """TOML, ready for `tocsin run --config`. Channels need no source: they speak the contract."""
    heard = [partner for partner in company.speakers if partner in ADAPTERS]
    adapters = json.dumps(sorted(ADAPTERS[partner][0] for partner in heard))
    parts = [f"demo = false\nadapters = {adapters}"]
    for partner in heard:
        parts.append("\n".join(_lines(company, partner, realm, cad)))
        if partner == "stib":
            parts.append("\n\n".join(_timetable(company.stops().values())))
    return "\n\n".join(parts) + "\n"


def _lines(company: Company, partner: Partner, realm: str, cad: str) -> Iterator[str]:
    adapter, source = ADAPTERS[partner]
    yield "[[sources]]"
    yield f"adapter = {json.dumps(adapter)}"
    yield f"source = {json.dumps(source)}"
    yield f"realm = {json.dumps(realm)}"
    pages = {"mobiris": DATEX, "stib": GTFS_RT, "weather": ATOM}
    if partner == "cad":
        yield f"listen = {json.dumps(cad)}"
    elif partner == "units":
        yield f"topics = {json.dumps([units.topic_filter(company.play.script.partners)])}"
    else:
        yield f"url = {json.dumps(company.root + pages[partner])}"
        yield f"every_s = {min(5.0, max(0.5, 20 / company.play.speed)):g}"


def _timetable(stops: Iterable[NamedPlace]) -> Iterator[str]:
    """The part of the static timetable that is needed: names and places of stops."""
    yield '[sources.options]\nnetwork = "metro"'
    for place in stops:
        name = json.dumps(" / ".join(dict.fromkeys(place.names.values())), ensure_ascii=False)
        yield (
            f"[sources.options.stops.{stop_id(place)}]\n"
            f"name = {name}\nlat = {place.lat}\nlon = {place.lon}"
        )
