"""Vehicles and teams: places of telephones as OwnTracks tells them over MQTT.

The format has no word for an exercise: it is fit for a realm of its own only.
"""

import json
from datetime import datetime

from tocsin.partners.play import Standing


def topic_filter(script: str) -> str:
    return f"owntracks/{script}/+"


def topic(one: Standing, script: str) -> str:
    return f"owntracks/{script}/{one.thing}"


def location(one: Standing, now: datetime) -> bytes:
    """Where it is now. How fast stays unsaid: on a shortened way it would be wrong."""
    lat, lon = one.position(now)
    moving = one.arrives is not None and now < one.arrives
    return json.dumps(
        {
            "_type": "location",
            "tid": "".join(part[0] for part in one.thing.split("-"))[:2].upper(),
            "lat": round(lat, 6),
            "lon": round(lon, 6),
            "acc": 12,
            "tst": int(now.timestamp()),
            "created_at": int(now.timestamp()),
            "batt": 80,
            "conn": "m",
            "motion": int(moving),
        }
    ).encode()
