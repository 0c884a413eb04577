"""Places of the Region: communes, police zones, tunnels, stations, and their names in texts."""

from tocsin.places.geography import (
    Commune,
    commune_at,
    communes,
    distance_m,
    features,
    inside_region,
)
from tocsin.places.names import named_places_in, place_codes, place_names

__all__ = [
    "Commune",
    "commune_at",
    "communes",
    "distance_m",
    "features",
    "inside_region",
    "named_places_in",
    "place_codes",
    "place_names",
]
