import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.places import (
    commune_at,
    communes,
    distance_m,
    features,
    inside_region,
    named_places_in,
    place_codes,
    place_names,
)

# The Region's extent.
latitudes = st.floats(50.7637, 50.9139)
longitudes = st.floats(4.2438, 4.4823)


def ellipsoid_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Metres on the WGS 84 ellipsoid with the two radii of curvature at the mean latitude.

    Over the 20 km of the Region it is right to a millionth.
    """
    a, e2 = 6_378_137.0, 0.00669437999014
    middle = math.radians((lat1 + lat2) / 2)
    w = math.sqrt(1 - e2 * math.sin(middle) ** 2)
    north = math.radians(lat2 - lat1) * a * (1 - e2) / w**3
    east = math.radians(lon2 - lon1) * a / w * math.cos(middle)
    return math.hypot(north, east)


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_distance_is_less_than_half_a_percent_wrong(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    true = ellipsoid_m(lat1, lon1, lat2, lon2)
    assert abs(distance_m(lat1, lon1, lat2, lon2) - true) <= 0.005 * true + 1e-6


@pytest.mark.parametrize(
    ("lat", "lon", "fr", "nl", "zone"),
    [
        (50.8467, 4.3525, "Bruxelles", "Brussel", "5339"),
        (50.8665, 4.3265, "Koekelberg", "Koekelberg", "5340"),
        (50.8276, 4.3722, "Ixelles", "Elsene", "5339"),
        (50.8357, 4.3365, "Saint-Gilles", "Sint-Gillis", "5341"),
    ],
)
def test_a_position_lies_in_its_commune(
    lat: float, lon: float, fr: str, nl: str, zone: str
) -> None:
    found = commune_at(lat, lon)
    assert found is not None
    assert (found.fr, found.nl, found.police_zone) == (fr, nl, zone)


@pytest.mark.parametrize(("lat", "lon"), [(50.9014, 4.4856), (51.05, 3.72), (0.0, 0.0), (90, 180)])
def test_a_position_outside_the_region_has_no_commune(lat: float, lon: float) -> None:
    assert commune_at(lat, lon) is None
    assert not inside_region(lat, lon)


def test_there_are_nineteen_communes_in_six_police_zones() -> None:
    assert len(communes()) == 19
    assert {c.police_zone for c in communes()} == {
        row["properties"]["police_zone"] for row in features("police_zones")
    }


@given(latitudes, longitudes)
def test_grid_and_geometry_agree(lat: float, lon: float) -> None:
    """The grid answers without geometry where it can; it must never say otherwise."""
    import shapely
    from shapely.geometry import shape

    areas = {r["properties"]["nis"]: shape(r["geometry"]) for r in features("municipalities")}
    at = {nis for nis, area in areas.items() if shapely.intersects_xy(area, lon, lat)}
    found = commune_at(lat, lon)
    assert (found.nis in at) if found else not at


def test_every_station_lies_in_the_commune_its_layer_says() -> None:
    """The simplified borders still put known points on their side."""
    for row in features("metro_stations"):
        lon, lat = row["geometry"]["coordinates"]
        found = commune_at(lat, lon)
        assert found is not None
        assert found.nis == row["properties"]["nis"], row["properties"]["name_fr"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Accident dans le tunnel Annie Cordy", ["tunnel:annie-cordy"]),
        ("ongeval in de Annie Cordytunnel", ["tunnel:annie-cordy"]),
        ("TUNNEL LEOPOLD II, section 12", ["tunnel:annie-cordy"]),
        ("Leopold II-tunnel richting Basiliek", ["tunnel:annie-cordy"]),
        ("tunnel Léopold II", ["tunnel:annie-cordy"]),
        ("camion en feu dans le tunnel à Basilique", ["tunnel:annie-cordy"]),
        ("Oproep: rook uit de tunnel aan Sainctelette", ["tunnel:annie-cordy"]),
        ("Place Sainctelette", []),
        ("collision place Sainctelette en surface, au-dessus du tunnel", []),
        ("boulevard Léopold II", []),
        ("tunnel Rogier, sortie Sainctelette", ["tunnel:rogier"]),
        ("Fumée à la station Arts-Loi", ["station:arts-loi"]),
        ("rook in metrostation Kunst-Wet", ["station:arts-loi"]),
        ("Kunst-Wettunnel", ["tunnel:arts-loi"]),
        ("tunnel Trône et station Trône", ["station:trone", "tunnel:trone"]),
        ("place Rogier", []),
        ("métro De Brouckère", ["station:de-brouckere"]),
        ("Gare du Midi", ["station:gare-du-midi"]),
        ("Brussel-Zuid, spoor 4", ["station:gare-du-midi"]),
        ("au parc de Bruxelles", []),
        ("station Park", ["station:parc"]),
        ("accident à Etterbeek", []),
        ("gare d’Etterbeek", ["station:etterbeek"]),
        ("Naamsepoorttunnel", ["tunnel:porte-de-namur"]),
        ("", []),
        ("🚒 ﬁn 𝔞 ½ œuvre", []),
    ],
)
def test_tunnels_and_stations_are_found_in_french_and_dutch_texts(
    text: str, codes: list[str]
) -> None:
    found = named_places_in(text)
    assert [code for code in found if code.startswith(("tunnel:", "station:"))] == codes


def test_every_tunnel_and_station_is_found_by_its_names_in_both_languages() -> None:
    for code in place_codes():
        if not code.startswith(("tunnel:", "station:")):
            continue
        kind, names = code.partition(":")[0], place_names(code)
        for language, name in names.items():
            word = "" if kind == "tunnel" else {"fr": "station ", "nl": "metrostation "}[language]
            assert code in named_places_in(f"incident {word}{name} !"), (code, language)


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert set(named_places_in(text)) <= place_codes()


def test_a_code_has_its_french_and_dutch_names() -> None:
    assert place_names("tunnel:annie-cordy") == {
        "fr": "Tunnel Annie Cordy",
        "nl": "Annie Cordytunnel",
    }
    with pytest.raises(KeyError):
        place_names("tunnel:nowhere")
