"""The register of sites, and the communes that something touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.places import (
    commune_at,
    communes_around,
    communes_touched,
    distance_m,
    site_at,
    sites,
    sites_near,
)

METRES_NORTH = 1 / 111_249.0
latitudes = st.floats(50.77, 50.91)
longitudes = st.floats(4.25, 4.48)


@pytest.mark.parametrize(
    ("code", "kind", "lat", "lon"),
    [
        ("site:palais-de-justice", "courthouse", 50.8368, 4.3516),
        ("site:berlaymont", "institution", 50.8438, 4.3827),
        ("site:parc-du-cinquantenaire", "park", 50.8405, 4.3905),
        ("site:hopital-erasme", "hospital", 50.8140, 4.2660),
        ("site:atomium", "attraction", 50.8949, 4.3415),
    ],
)
def test_a_position_on_a_sites_ground_gives_the_site(
    code: str, kind: str, lat: float, lon: float
) -> None:
    found = {site.code: (site.kind, metres) for site, metres in sites_near(lat, lon, 0)}
    assert found[code] == (kind, 0.0)


def test_a_site_within_a_park_comes_before_the_park() -> None:
    """Of several grounds one stands on, the smallest says most."""
    park = next(site for site in sites() if site.code == "site:parc-de-bruxelles")
    inside = next(
        site
        for site in sites()
        if site.extent_m < park.extent_m
        and any(other == park for other, metres in sites_near(site.lat, site.lon, 0) if metres == 0)
    )
    assert site_at(inside.lat, inside.lon) != park
    assert site_at(park.lat, park.lon) is not None


def test_the_forest_is_an_area_and_not_a_disc() -> None:
    forest = next(site for site in sites() if site.code == "site:foret-de-soignes")
    far = (forest.lat + 0.9 * forest.extent_m * METRES_NORTH, forest.lon)
    assert all(site != forest for site, _ in sites_near(*far, 0))
    assert all(metres > 0 for site, metres in sites_near(*far, 5_000) if site == forest)


def test_metres_are_counted_from_the_edge_of_the_ground() -> None:
    site = next(s for s in sites() if s.code == "site:berlaymont")
    beside = (site.lat + (site.extent_m + 20) * METRES_NORTH, site.lon)
    near = {s.code: metres for s, metres in sites_near(*beside, 25)}
    assert near["site:berlaymont"] == pytest.approx(20, abs=1)
    assert "site:berlaymont" not in {s.code for s, _ in sites_near(*beside, 15)}


def test_nobody_stands_on_a_site_in_the_middle_of_nowhere() -> None:
    assert site_at(50.0, 4.0) is None
    assert sites_near(50.0, 4.0, 100) == ()


@given(latitudes, longitudes, st.floats(0, 400))
def test_near_sites_are_those_that_are_near_and_come_by_distance(
    lat: float, lon: float, metres: float
) -> None:
    found = sites_near(lat, lon, metres)
    distances = [d for _, d in found]
    assert distances == sorted(distances)
    assert all(d <= metres + 0.1 for d in distances)
    codes = {site.code for site, _ in found}
    for site in sites():
        beyond = distance_m(lat, lon, site.lat, site.lon) - site.extent_m
        if site.code in codes:
            assert beyond <= metres + 1


def test_every_site_is_known_once_and_by_two_names() -> None:
    assert len({site.code for site in sites()}) == len(sites()) > 2_000
    assert all(site.names["fr"] and site.names["nl"] for site in sites())


def test_a_fire_at_a_border_touches_both_communes() -> None:
    """Place Flagey lies in Ixelles, some 350 m from Etterbeek."""
    names = [commune.fr for commune in communes_around(50.8275, 4.3722, 50)]
    assert names == ["Ixelles"]
    assert {c.fr for c in communes_around(50.8275, 4.3722, 800)} >= {"Ixelles", "Etterbeek"}


def test_a_line_touches_the_communes_it_crosses() -> None:
    line = {"type": "LineString", "coordinates": [[4.3525, 50.8467], [4.3265, 50.8665]]}
    crossed = {commune.fr for commune in communes_touched(line)}
    assert crossed >= {"Bruxelles", "Molenbeek-Saint-Jean", "Koekelberg"}
    assert "Uccle" not in crossed


def test_nothing_outside_the_region_touches_a_commune() -> None:
    assert communes_around(51.05, 3.72, 1_000) == ()


@given(latitudes, longitudes)
def test_a_position_touches_the_commune_it_lies_in(lat: float, lon: float) -> None:
    at = commune_at(lat, lon)
    touched = communes_around(lat, lon, 0)
    assert (at in touched) if at else not touched
