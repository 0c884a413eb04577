"""Whether an observation's words and its position can both be right."""

from typing import Any

from tocsin.correlation.weights import Weights
from tocsin.places import distance_m, place_of
from tocsin.situation.picture import Shown, has_place


def doubt_of(shown: Shown, named: tuple[str, ...], w: Weights) -> dict[str, Any] | None:
    """The nearest place that the words name, when even that one is far from the position.

    None when there is nothing to compare. Metres are counted from the edge of the place.
    """
    if not named or shown.lat is None or shown.lon is None or not has_place(shown):
        return None
    nearest: tuple[float, str] | None = None
    for code in named:
        place = place_of(code)
        if place is None or place.lat is None or place.lon is None:
            continue
        metres = distance_m(shown.lat, shown.lon, place.lat, place.lon) - (place.extent_m or 0.0)
        if nearest is None or metres < nearest[0]:
            nearest = metres, code
    allowed = w.doubt_beyond_m + (shown.accuracy_m or 0.0)
    if nearest is None or nearest[0] <= allowed:
        return None
    return {"code": nearest[1], "metres": round(nearest[0]), "allowed": round(allowed)}
