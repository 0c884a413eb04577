"""The reference layers and the street index: small, attributed, named in every language."""

import json
from typing import Any

from tocsin_frontend import page

FOLDER = page.STATIC_ROOT / "layers" / "reference"
SETS = sorted(FOLDER.glob("*.geojson"))


def told(name: str) -> dict[str, Any]:
    collection: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return collection


def test_a_layer_is_small_and_says_where_it_comes_from() -> None:
    notice = (FOLDER / "ATTRIBUTION.md").read_text("utf-8")
    assert len(SETS) == 13
    for path in SETS:
        assert path.stat().st_size <= 160_000, path.name
        assert told(path.name)["attribution"]
        assert f"`{path.stem}`" in notice


def test_every_kind_of_place_has_a_word_in_every_language() -> None:
    for path in SETS:
        kinds = {feature["properties"].get("kind") for feature in told(path.name)["features"]}
        wanted = {f"place_kind.{kind}" for kind in kinds - {None}}
        wanted |= {f"layer.{path.stem}", f"place_set.{path.stem}"}
        for language in page.LANGUAGES:
            assert wanted <= page.message_keys(language)


def test_a_street_is_known_by_both_its_names_in_the_region() -> None:
    index = told("streets.json")
    assert index["attribution"].startswith("©")
    assert len(index["streets"]) > 5_000
    assert (FOLDER / "streets.json").stat().st_size <= 420_000
    names = {(french, dutch) for french, dutch, *_ in index["streets"]}
    assert ("Rue Neuve", "Nieuwstraat") in names
    for _, _, nis, lat, lon in index["streets"]:
        assert nis.startswith("21")
        assert 50.7 < lat < 51.0
        assert 4.2 < lon < 4.5
