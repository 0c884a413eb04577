"""Means of alerting and communication. No format for them is public: these speak the contract's."""

from tocsin.contract import Observation, envelope_for
from tocsin.contract.observation import Point
from tocsin.partners.play import Standing
from tocsin.partners.speech import Speech


def observation(one: Standing, source: str, speech: Speech) -> bytes:
    """The state of one channel, as its owner tells it."""
    place = one.place
    point = None
    if place is not None and place.lat is not None and place.lon is not None:
        point = Point(type="Point", coordinates=(place.lon, place.lat))
    told = Observation(
        source=source,
        external_id=f"{speech.run}-{one.thing}-{one.version}",
        kind="channel_status",
        action="new" if one.version == 1 else "update",
        observed_at=one.changed,
        sent_at=one.changed,
        mode=speech.mode,
        geometry=point,
        location_text=place.names["fr"] if place is not None else None,
        headline=one.words.fr[:300],
        attributes={"channel": one.words.fr[:80], "channel_state": one.state},
    )
    return envelope_for(told).model_dump_json(exclude_none=True).encode()
