"""Streets, sites, stops and communes in texts: one code whatever the language and the spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.places import (
    communes,
    named_places_in,
    place_codes,
    place_names,
    place_of,
    places_named,
)
from tocsin.places.register import Piece, bearers, pieces
from tocsin.places.words import slug, synonyms

streets = [p for code, own in pieces().items() if code.startswith("street:") for p in own]
never_alone = {slug(name) for name in synonyms().never_alone}
stations = {
    slug(name)
    for code in pieces()
    if code.startswith("station:")
    for name in place_names(code).values()
}
findable = [p for p in streets if not {slug(p.fr), slug(p.nl)} & (never_alone | stations)]


def codes(kind: str, text: str) -> set[str]:
    return {code for code in named_places_in(text) if code.startswith(f"{kind}:")}


def commune_names(piece: Piece) -> tuple[str, str]:
    own = next(commune for commune in communes() if commune.nis == piece.nis)
    return own.fr, own.nl


def test_a_streets_two_names_are_one_code_and_that_code_is_its_own() -> None:
    """Over the whole index, but for bare words and for the names of stations."""
    assert len(findable) > 0.99 * len(streets)
    for street in findable:
        fr = codes("street", f"Accident avec blessés {street.fr} 12, deux voitures")
        nl = codes("street", f"Ongeval met gewonden, {street.nl} 12: twee wagens")
        assert fr == nl == {street.group}, (street, fr, nl)


def test_with_its_commune_a_street_is_known_among_its_namesakes() -> None:
    for street in findable:
        fr, nl = commune_names(street)
        told_fr = codes("street", f"Incendie {street.fr} 12, {fr}")
        told_nl = codes("street", f"Brand {street.nl} 12 in {nl}, rook")
        assert street.code in told_fr, (street, told_fr)
        assert told_fr == told_nl, (street, told_fr, told_nl)


def test_at_its_own_position_a_shared_name_is_one_street() -> None:
    for street in findable:
        if street.group != street.code:
            found = named_places_in(f"brand {street.nl} 4", street.lat, street.lon)
            [code] = [code for code in found if code.startswith("street:")]
            assert code != street.group
            assert pieces()[code][0].group == street.group


def test_a_position_far_from_every_namesake_settles_nothing() -> None:
    assert named_places_in("Kerkstraat 3", 50.80, 4.47) == ("street:rue-de-l-eglise",)


def test_two_texts_that_name_a_shared_name_agree_on_it() -> None:
    assert named_places_in("feu rue de l'Église") == named_places_in("brand in de Kerkstraat")
    place = places_named("feu rue de l'Église")[0]
    assert (place.lat, place.lon, place.extent_m) == (None, None, None)
    assert place.names["nl"] == "Kerkstraat"
    assert place_of(place.code) is None


def test_namesakes_in_two_communes_are_two_streets() -> None:
    berchem = codes("street", "rue de l'Église 4, 1082 Berchem-Sainte-Agathe")
    woluwe = codes("street", "Kerkstraat 4, Sint-Pieters-Woluwe")
    assert berchem == {"street:rue-de-l-eglise.berchem-sainte-agathe"}
    assert woluwe == {"street:rue-de-l-eglise.woluwe-saint-pierre"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rue de la Loi", "Wetstraat"),
        ("av. Louise 250", "Louizalaan 250"),
        ("Bd Général Jacques", "Generaal Jacqueslaan"),
        ("boulevard du Général Jacques", "Generaal Jacques laan"),
        ("ch. de Wavre 1200", "Waversesteenweg 1200"),
        ("chée de Wavre", "Waverse stwg"),
        ("CHAUSSEE DE WAVRE", "Waverse Steenweg"),
        ("pl. Flagey", "Flageyplein"),
        ("boulevard Max", "Adolphe Maxlaan"),
        ("boulevard Jacqmain", "Emile Jacqmainlaan"),
        ("pl. Eugène Flagey", "Eugène Flageyplein"),
        ("r. Royale", "Koningsstr."),
        ("place St-Josse", "Sint-Joostplein"),
        ("place Ste Catherine", "Sint-Katelijneplein"),
        ("avenue de la Reine", "avenue Reine"),
        ("quai du Commerce", "Handelskaai"),
        ("Grand Place", "Grote Markt"),
        ("Marché aux Poulets", "Kiekenmarkt"),
        ("bvd Anspach", "Anspachlaan"),
        ("place de Brouckère", "De Brouckèreplein"),
        ("boulevard Léopold III", "Leopold III laan"),
        ("bd Emile Jacqmain", "Émile Jacqmainlaan"),
    ],
)
def test_spellings_abbreviations_and_languages_meet(one: str, other: str) -> None:
    assert codes("street", one) == codes("street", other) != set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rook aan het Justitiepaleis", ["site:palais-de-justice"]),
        ("fumée au Palais de Justice de Bruxelles", ["site:palais-de-justice"]),
        ("colis suspect devant le Berlaymont", ["site:berlaymont"]),
        ("Atomium geëvacueerd", ["site:atomium"]),
        ("brand in het Warandepark", ["site:parc-de-bruxelles"]),
        ("arbre tombé au parc de Bruxelles", ["site:parc-de-bruxelles"]),
        ("hôpital Érasme en panne", ["site:hopital-erasme"]),
        ("Erasmusziekenhuis zonder stroom", ["site:hopital-erasme"]),
        ("Cliniques Saint-Luc", ["site:cliniques-universitaires-saint-luc"]),
        ("concert à Forest National", ["site:forest-national"]),
        ("drone au-dessus du Parlement européen", ["site:altiero-spinelli"]),
        ("Tour & Taxis", ["site:tour-taxis"]),
        ("école La Rose des Vents", ["site:la-rose-des-vents"]),
        ("la rose des vents", []),
        ("usine Lukoil Belgium", ["site:lukoil-belgium"]),
        ("maison communale d'Ixelles", ["site:maison-communale-d-ixelles"]),
        ("Gemeentehuis Elsene", ["site:maison-communale-d-ixelles"]),
        ("Sint-Pieterskerk te Jette", ["commune:jette", "site:eglise-saint-pierre.jette"]),
        ("avenue du Parc de Woluwe 3", ["street:avenue-du-parc-de-woluwe"]),
    ],
)
def test_sites_are_found_where_their_name_says_enough(text: str, found: list[str]) -> None:
    assert named_places_in(text) == tuple(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("accident à Etterbeek", ["commune:etterbeek"]),
        ("ongeval in Elsene", ["commune:ixelles"]),
        ("1190 Forest", ["commune:forest"]),
        ("Rue Marconi 12 bte 3, Forest", ["commune:forest", "street:rue-marconi"]),
        ("brand te Vorst", ["commune:forest"]),
        ("1180 Bruxelles", ["commune:uccle"]),
        ("St-Gilles", ["commune:saint-gilles"]),
        ("WOLUWÉ-ST-LAMBERT", ["commune:woluwe-saint-lambert"]),
        ("avenue de Jette", ["street:avenue-de-jette"]),
        ("Elsensesteenweg", ["street:chaussee-d-ixelles"]),
        ("parc de Forest", ["site:parc-de-forest"]),
        ("Région de Bruxelles-Capitale", []),
        ("Bruxelles Mobilité", []),
    ],
)
def test_a_commune_is_named_by_its_name_and_not_inside_another(text: str, found: list[str]) -> None:
    assert named_places_in(text) == tuple(found)


def test_a_stop_counts_next_to_a_word_for_stop() -> None:
    assert named_places_in("tram arrêté à l'arrêt Abbaye") == ("stop:abbaye",)
    assert named_places_in("tramhalte Abdij geblokkeerd") == ("stop:abbaye",)
    assert named_places_in("la bière d'abbaye") == ()


ORDINARY = [
    "Feu de cuisine au troisième étage, deux personnes incommodées par la fumée",
    "On jette des pierres sur la police, renfort demandé",
    "Vorst en ijzel verwacht vanaf middernacht in het hele land",
    "Witte lakens als teken van overgave, haren in brand",
    "A forest fire is moving towards the north",
    "Le vent du nord forcit, midi à quatorze heures, l'ouest reste sec",
    "Une fuite de gaz dans la rue, feu éteint, eau coupée",
    "Accident sur le chemin de fer, train à l'arrêt en pleine voie 2",
    "Trein staat stil op spoor 1, reizigers stappen uit in het midden van de baan",
    "La place est pleine, la foule reste calme près du parc et de l'église",
    "Het plein loopt vol, de menigte blijft rustig in het park en aan de kerk",
    "Europe, union, liberté, paix : slogans entendus dans la manifestation",
    "Ziekenwagen ter plaatse, één weg afgesloten, 1 weg vrij",
    "Véhicule gris en fuite vers la ville, direction centre, avenue fermée",
    "School ontruimd, 80 kinderen op de eerste verdieping",
    "La commune et la province ont été informées à 12 h 30",
    "De burgemeester en de gouverneur zijn om 12.30 uur verwittigd",
    "Two cars collided, one person slightly injured, road closed at the square",
    "The station is closed and the park is being searched",
    "Grote brand in een oude molen, dikke rook boven het kanaal",
    "Inondation, caves sous eau, passage impossible sous le pont",
    "Brand school straat afgesloten, brug vrij",
    "Suspect pakket aan de ingang, dam in het water, dries gras",
    "Bruxelles Environnement mesure 80 km/h de vent",
    "METHANE D1 : fuite d'essence, 2 T1, 2 T2, 4 T3",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_name_no_place(text: str) -> None:
    assert named_places_in(text) == ()


def test_a_sign_between_two_words_parts_them() -> None:
    assert named_places_in("dans la rue, neuve victimes") == ()
    assert named_places_in("rue Neuve") == ("street:rue-neuve",)


def test_the_words_of_a_portal_count_inside_a_streets_name() -> None:
    assert "tunnel:annie-cordy" in named_places_in("tunnel: fumée, place Sainctelette")
    assert "tunnel:annie-cordy" not in named_places_in("place Sainctelette, surface, tunnel")


def test_a_place_of_the_text_says_how_far_it_reaches() -> None:
    [street] = places_named("rue de la Loi")
    assert (street.kind, street.names["nl"]) == ("street", "Wetstraat")
    assert street.extent_m is not None
    assert 500 < street.extent_m < 2_000
    [tunnel] = places_named("tunnel Annie Cordy")
    assert tunnel.extent_m is not None
    assert 1_000 < tunnel.extent_m < 2_500
    [station] = places_named("station Kunst-Wet")
    assert (station.lat, station.lon) == pytest.approx((50.8455, 4.3688), abs=0.001)
    [commune] = places_named("à Jette")
    assert commune.extent_m is not None
    assert 1_000 < commune.extent_m < 4_000


def test_of_a_long_street_the_part_in_the_commune_that_the_text_names() -> None:
    [whole] = places_named("chaussée de Wavre")
    part = next(p for p in places_named("chaussée de Wavre, Auderghem") if p.kind == "street")
    assert whole.code == part.code == "street:chaussee-de-wavre"
    assert whole.extent_m is not None
    assert part.extent_m is not None
    assert part.extent_m < whole.extent_m


def test_every_code_of_a_place_has_names_and_a_point() -> None:
    for code in place_codes():
        assert set(place_names(code)) == {"fr", "nl"}
        place = place_of(code)
        assert (place is None) == (code in bearers()), code
        if place is not None:
            assert place.extent_m is not None
            assert place.extent_m > 0, code
            assert 50.7 < (place.lat or 0) < 51.0, code
    assert place_of("street:nowhere") is None


words = st.sampled_from(
    ["rue", "de", "la", "Loi", "Kerkstraat", ",", "Jette", "1090", "place", "tunnel", "surface"]
)
more_words = st.sampled_from(
    ["Sainctelette", "école", "gare", "du", "Midi", "av.", "St", "Léopold", "Bruxelles", "parc"]
)


@given(st.lists(words | more_words, max_size=25).map(" ".join))
def test_any_row_of_names_gives_known_codes_sorted_and_once(text: str) -> None:
    found = named_places_in(text)
    assert list(found) == sorted(set(found))
    assert set(found) <= place_codes()
    assert tuple(p.code for p in places_named(text)) == found
