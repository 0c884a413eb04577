"""Places of the Region: communes, tunnels, stations, streets, sites, and their names in texts."""

from tocsin.places.geography import (
    Commune,
    commune_at,
    communes,
    communes_around,
    communes_touched,
    distance_m,
    features,
    inside_region,
)
from tocsin.places.grounds import Site, site_at, sites, sites_near
from tocsin.places.names import named_places_in, places_named
from tocsin.places.network import NoWay, way
from tocsin.places.register import NamedPlace, place_codes, place_names, place_of
from tocsin.places.shapes import Water, position_along, shape_of, waters

__all__ = [
    "Commune",
    "NamedPlace",
    "NoWay",
    "Site",
    "Water",
    "commune_at",
    "communes",
    "communes_around",
    "communes_touched",
    "distance_m",
    "features",
    "inside_region",
    "named_places_in",
    "place_codes",
    "place_names",
    "place_of",
    "places_named",
    "position_along",
    "shape_of",
    "site_at",
    "sites",
    "sites_near",
    "waters",
    "way",
]
