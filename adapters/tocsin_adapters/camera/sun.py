"""How high the sun stands: whether a camera outdoors should see day or night."""

import math
from datetime import UTC, datetime

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def elevation_deg(at: datetime, lat: float, lon: float) -> float:
    """Degrees above the horizon, to about half a degree, without refraction.

    Source: the low-precision formulas of the Astronomical Almanac.
    """
    days = (at - J2000).total_seconds() / 86_400
    anomaly = math.radians(357.528 + 0.9856003 * days)
    longitude = math.radians(
        280.460 + 0.9856474 * days + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    )
    tilt = math.radians(23.439 - 0.0000004 * days)
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    sidereal = math.radians(280.46062 + 360.98564737 * days + lon)
    height = math.sin(math.radians(lat)) * math.sin(declination) + math.cos(
        math.radians(lat)
    ) * math.cos(declination) * math.cos(sidereal - ascension)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))
