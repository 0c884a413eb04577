"""A seeded world: 300 places in Brussels, and what a dozen sources say of them.

The same seed gives the same messages. Of those that follow the opening ones, about 60 % belong to
an incident that is open, 35 % are places of vehicles, and the rest is new or belongs to nothing.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from tocsin.contract import topics
from tocsin.contract.realm import LIVE
from tocsin.contract.times import to_text
from tocsin.places import commune_at, distance_m

PLACES = 300
APART_M = 400.0
VEHICLES = 2_000
SOUTH, NORTH, WEST, EAST = 50.77, 50.91, 4.25, 4.48
DEGREES_LAT_PER_M = 1 / 111_249.0
DEGREES_LON_PER_M = 1 / 70_428.0

# Type and a headline: what is open at a place. Few types fill the map, as in life.
SUBJECTS = (
    ("TRA-ACC", "Accident avec blessés, deux véhicules"),
    ("FIR-BLD", "Brand in gebouw, rookontwikkeling op de derde verdieping"),
    ("EXP-GAS", "Odeur de gaz signalée par plusieurs riverains"),
    ("FLD-URB", "Wateroverlast, kelders onder water"),
    ("PUB-DIS", "Attroupement, circulation perturbée"),
    ("CRO-DEN", "Grote drukte op het plein"),
    ("PTR-SUR", "Tram arrêté, voyageurs à évacuer"),
    ("MED-TOX", "Malaises dans un immeuble, cause inconnue"),
)
SPEAKERS = (
    ("cad:112-brussels", "event"),
    ("police:dispatch-5339", "report"),
    ("police:dispatch-5340", "report"),
    ("mobility:control-room", "event"),
    ("transit:operations", "event"),
    ("sensor:air-04", "sensor"),
    ("fire:crews", "report"),
)
GANTRIES = tuple(f"anpr:gantry-{number:02d}" for number in range(1, 25))


class Message(NamedTuple):
    """One MQTT message, and the (source, external id) it is known by."""

    topic: str
    payload: bytes
    source: str
    external_id: str


class Place(NamedTuple):
    lat: float
    lon: float
    commune: str
    type: str
    headline: str


def places(chance: random.Random, number: int = PLACES) -> list[Place]:
    """Places inside the Region, far enough from one another to be incidents of their own."""
    found: list[Place] = []
    while len(found) < number:
        lat, lon = round(chance.uniform(SOUTH, NORTH), 6), round(chance.uniform(WEST, EAST), 6)
        commune = commune_at(lat, lon)
        if commune is None or any(distance_m(lat, lon, p.lat, p.lon) < APART_M for p in found):
            continue
        found.append(Place(lat, lon, commune.fr, *SUBJECTS[len(found) % len(SUBJECTS)]))
    return found


class World:
    """An endless stream of messages, as `messages()` gives them out."""

    def __init__(
        self,
        seed: int = 1,
        *,
        start: datetime | None = None,
        realm: str = LIVE,
        number_of_places: int = PLACES,
        vehicles: int = VEHICLES,
    ) -> None:
        self._chance = random.Random(seed)
        self._places = places(self._chance, number_of_places)
        self._vehicles = vehicles
        self._now = start or datetime.now(UTC)
        self._realm = realm
        self._number = 0
        self._said: dict[int, list[tuple[str, str]]] = {}

    def messages(self, number: int, *, every: timedelta = timedelta(0)) -> Iterator[Message]:
        """The next messages of the world; the first of all open an incident at every place."""
        for _ in range(number):
            self._now += every
            self._number += 1
            if self._number <= len(self._places):
                yield self._at_place(self._number - 1, opening=True)
                continue
            draw = self._chance.random()
            if draw < 0.60:
                yield self._at_place(self._chance.randrange(len(self._places)))
            elif draw < 0.95:
                yield self._passage()
            elif draw < 0.96:
                yield self._somewhere_new()
            else:
                yield self._loose()

    def openings(self) -> list[Message]:
        """The first words on every place; only before anything else."""
        return list(self.messages(len(self._places)))

    def watch(self, number: int, *, events_every: int) -> Iterator[Message]:
        """Vehicles, and an event at a place for every `events_every` messages."""
        for _ in range(number):
            self._number += 1
            if self._number % events_every:
                yield self._passage()
            else:
                yield self._at_place(self._chance.randrange(len(self._places)))

    def _passage(self) -> Message:
        chance, source = self._chance, self._chance.choice(GANTRIES)
        lat, lon = chance.uniform(SOUTH, NORTH), chance.uniform(WEST, EAST)
        return self._message(
            source,
            {
                "kind": "anpr_passage",
                "legal_regime": "LFP_police",
                "geometry": _point(lat, lon),
                "accuracy_m": 15,
                "location_codes": {"track": f"V-{chance.randrange(self._vehicles)}"},
                "confidence": 0.93,
                "attributes": {"lane": chance.randrange(1, 4), "heading": chance.randrange(360)},
            },
        )

    def _at_place(self, index: int, *, opening: bool = False) -> Message:
        """A word on what goes on at a place: near it, or an update of an earlier message."""
        chance, place = self._chance, self._places[index]
        source, kind = SPEAKERS[0] if opening else chance.choice(SPEAKERS)
        said = self._said.setdefault(index, [])
        own = [external_id for by, external_id in said if by == source]
        data: dict[str, Any] = {
            "kind": kind,
            "type_hint": place.type,
            "geometry": _point(*self._near(place, 8.0)),
            "accuracy_m": 10,
            "location_text": f"Rue de l'Exemple {index}, {place.commune}",
            "headline": place.headline,
            "severity": chance.randrange(0, 4),
            "confidence": 0.8,
            "attributes": {
                "operator_note": "appel repris par le dispatching, moyens en route vers le lieu",
                "units": [f"P{chance.randrange(100, 999)}" for _ in range(3)],
            },
        }
        if chance.random() < 0.5:
            data["attributes"] |= {"casualties_green": chance.randrange(0, 5), "smoke": True}
        if own and chance.random() < 0.4:
            data |= {"action": "update", "chain": [own[-1]]}
        message = self._message(source, data)
        said.append((source, message.external_id))
        del said[:-10]
        return message

    def _somewhere_new(self) -> Message:
        chance = self._chance
        type_hint, headline = chance.choice(SUBJECTS)
        lat, lon = chance.uniform(50.82, 50.88), chance.uniform(4.31, 4.43)
        return self._message(
            "cad:112-brussels",
            {
                "kind": "event",
                "type_hint": type_hint,
                "geometry": _point(lat, lon),
                "accuracy_m": 20,
                "location_text": "Exemplelaan",
                "headline": headline,
                "attributes": {"operator_note": "nieuwe oproep"},
            },
        )

    def _loose(self) -> Message:
        return self._message(
            f"camera:site-{self._chance.randrange(20)}",
            {
                "kind": "camera_status",
                "legal_regime": "loi_cameras_lieu_ouvert",
                "attributes": {"camera_state": "ok", "uptime_s": self._chance.randrange(10**6)},
            },
        )

    def _near(self, place: Place, metres: float) -> tuple[float, float]:
        return (
            place.lat + self._chance.uniform(-metres, metres) * DEGREES_LAT_PER_M,
            place.lon + self._chance.uniform(-metres, metres) * DEGREES_LON_PER_M,
        )

    def _message(self, source: str, data: dict[str, Any]) -> Message:
        external_id, at = f"w{self._number}", to_text(self._now)
        event = {
            "specversion": "1.0",
            "id": external_id,
            "source": source,
            "type": "brussels.tocsin.observation.v1",
            "time": at,
            "datacontenttype": "application/json",
            "data": {
                "source": source,
                "external_id": external_id,
                "observed_at": at,
                "received_at": at,
                **data,
            },
        }
        topic = topics.observations(self._realm, source)
        return Message(topic, orjson.dumps(event), source, external_id)


def _point(lat: float, lon: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
