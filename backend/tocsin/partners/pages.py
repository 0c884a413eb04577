"""What partners keep for whoever asks over HTTP: one page after another, each with its ETag."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from tocsin.partners import mobiris, stib, weather
from tocsin.partners.play import Play, Standing
from tocsin.partners.script import Partner
from tocsin.partners.speech import Speech

DATEX = "/mobiris/situations.xml"
GTFS_RT = "/stib/alerts.pb"
ATOM = "/weather/alerts.atom"
ALERTS = "/weather/"


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    content_type: str
    changed: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def page_at(path: str, play: Play, now: datetime, speech: Speech, root: str) -> Page | None:
    """The page at a path as it is now; the same bytes until something changes. `root`: our host."""
    if path == ATOM:
        told, changed = _stands(play, "weather", now)
        body = weather.index(told, root + ALERTS, changed, speech)
        return Page(body, weather.INDEX_TYPE, changed)
    if path.startswith(ALERTS):
        return _alert(path, play, now, speech)
    if path == DATEX:
        told, changed = _stands(play, "mobiris", now)
        body = mobiris.publication(told, changed, speech)
        return Page(body, mobiris.CONTENT_TYPE, changed)
    if path == GTFS_RT:
        told, changed = _stands(play, "stib", now)
        return Page(stib.feed(told, changed, speech), stib.CONTENT_TYPE, changed)
    return None


def _alert(path: str, play: Play, now: datetime, speech: Speech) -> Page | None:
    """Every version stays where it was put."""
    for moment, one in play.told("weather"):
        if moment <= now and path == f"{ALERTS}{weather.name_of(one, speech)}.xml":
            return Page(weather.alert(one, speech), weather.ALERT_TYPE, moment)
    return None


def _stands(play: Play, partner: Partner, now: datetime) -> tuple[list[Standing], datetime]:
    told = play.standing(partner, now)
    return told, max((one.changed for one in told), default=play.started)
