"""Public transport: service alerts as GTFS-Realtime 2.0, a full data set each time.

The format has no word for an exercise: it is fit for a realm of its own only.
"""

from collections.abc import Iterable
from datetime import datetime

from google.transit import gtfs_realtime_pb2 as gtfs

from tocsin.partners.play import Standing
from tocsin.partners.script import vocabulary
from tocsin.partners.speech import Speech, by_language
from tocsin.places import NamedPlace

CONTENT_TYPE = "application/x-protobuf"
AGENCY = "STIB-MIVB-exercise"
_LEVELS = {1: "INFO", 2: "WARNING", 3: "SEVERE", 4: "SEVERE"}


def feed(standing: Iterable[Standing], published: datetime, speech: Speech) -> bytes:
    message = gtfs.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = gtfs.FeedHeader.FULL_DATASET
    message.header.timestamp = int(published.timestamp())
    for one in standing:
        if not one.over:
            _tell(message.entity.add(), one, speech)
    written: bytes = message.SerializeToString()
    return written


def stop_id(place: NamedPlace) -> str:
    """Stops are named by id; the static timetable says which is which."""
    return place.code.partition(":")[2]


def _tell(entity: gtfs.FeedEntity, one: Standing, speech: Speech) -> None:
    row = vocabulary()["stib"][one.what]
    entity.id = f"{speech.run}-{one.thing}"
    alert = entity.alert
    alert.active_period.add().start = int(one.since.timestamp())
    alert.cause = gtfs.Alert.Cause.Value(row["cause"])
    alert.effect = gtfs.Alert.Effect.Value(row["effect"])
    alert.severity_level = gtfs.Alert.SeverityLevel.Value(_LEVELS[one.severity or 2])
    for line in one.lines or ("",):
        informed = alert.informed_entity.add()
        informed.agency_id = AGENCY
        informed.route_type = row["route_type"]
        if line:
            informed.route_id = line
        if one.place is not None:
            informed.stop_id = stop_id(one.place)
    for code, said in by_language(one.words):
        translation = alert.header_text.translation.add()
        translation.language, translation.text = code, said
