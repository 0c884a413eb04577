"""What is known of one device: its properties arrive in several messages and are put together."""

import math
from typing import Any

import orjson

from tocsin_adapters.dji.codes import table, word
from tocsin_adapters.reading.numbers import number, truth, whole
from tocsin_adapters.reading.observations import known

KMH_A_MS = 3.6
PLACE = ("lat", "lon")
# What changes with every message of a flight, and is no news by itself.
ALWAYS_MOVING = frozenset({*PLACE, "heading_deg", "speed_kmh", "climb_ms", "hae_m", "height_m"})


def told_by_drone(data: dict[str, Any]) -> dict[str, Any]:
    """Lengths in metres; `height` is above the ellipsoid, `elevation` above the take-off."""
    battery = data.get("battery")
    battery = battery if isinstance(battery, dict) else {}
    mode = whole(data.get("mode_code"), 0, 1000)
    return known(
        **_place(data),
        hae_m=number(data.get("height"), -500, 20_000),
        height_m=number(data.get("elevation"), -500, 20_000),
        heading_deg=_bearing(data.get("attitude_head")),
        speed_kmh=_speed(data),
        climb_ms=number(data.get("vertical_speed"), -100, 100),
        mode=word("drone_mode", mode),
        flying=None if mode is None else mode not in table("drone_on_ground"),
        battery_percent=number(battery.get("capacity_percent"), 0, 100),
        remaining_s=number(battery.get("remain_flight_time"), 0, 86_400),
        home_distance_m=number(data.get("home_distance"), 0, 1e6),
    )


def told_by_dock(data: dict[str, Any]) -> dict[str, Any]:
    charge = data.get("drone_charge_state")
    charge = charge if isinstance(charge, dict) else {}
    wind = number(data.get("wind_speed"), 0, 100)
    return known(
        **_place(data),
        hae_m=number(data.get("height"), -500, 20_000),
        mode=word("dock_mode", data.get("mode_code")),
        cover=word("cover", data.get("cover_state")),
        drone_in_dock=truth(data.get("drone_in_dock")),
        battery_percent=number(charge.get("capacity_percent"), 0, 100),
        emergency_stop=truth(data.get("emergency_stop_state")),
        rainfall=word("rainfall", data.get("rainfall")),
        wind_kmh=None if wind is None else round(wind * KMH_A_MS, 1),
        temperature_c=number(data.get("environment_temperature"), -60, 80),
    )


def told_by_control(data: dict[str, Any]) -> dict[str, Any]:
    return known(
        **_place(data),
        hae_m=number(data.get("height"), -500, 20_000),
        battery_percent=number(data.get("capacity_percent"), 0, 100),
    )


def is_dock(data: dict[str, Any]) -> bool:
    return not data.keys().isdisjoint(table("of_a_dock"))


def packed(told: dict[str, Any]) -> str:
    return orjson.dumps(told).decode()


def unpacked(text: str) -> dict[str, Any]:
    return orjson.loads(text)  # type: ignore[no-any-return]


def _place(data: dict[str, Any]) -> dict[str, Any]:
    """As written: whether it is a place at all is looked at where it is told."""
    lat, lon = data.get("latitude"), data.get("longitude")
    if number(lat, -1e9, 1e9) is None or number(lon, -1e9, 1e9) is None:
        return {}
    return {"lat": number(lat, -1e9, 1e9), "lon": number(lon, -1e9, 1e9)}


def _bearing(head: object) -> float | None:
    """0 to 360; the manufacturer counts west as negative."""
    found = number(head, -180, 360)
    return None if found is None else round(found % 360, 1)


def _speed(data: dict[str, Any]) -> float | None:
    across = number(data.get("horizontal_speed"), 0, 200)
    if across is None:
        east, north = number(data.get("speed_x"), -200, 200), number(data.get("speed_y"), -200, 200)
        if east is None or north is None:
            return None
        across = math.hypot(east, north)
    return round(across * KMH_A_MS, 1)
