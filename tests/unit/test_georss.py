"""RSS and Atom with positions: entries, their places, and what a feed tells the next time."""

from typing import Any

import pytest

from feeds import FIXTURES, NOW, Feed, check_sample, samples
from tocsin.contract import Observation, Translation
from tocsin_adapters.georss import GeorssAdapter, GeorssSettings

GEO = (
    'xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:gdacs="http://www.gdacs.org"'
)


def item(guid: str = "1", title: str = "Titre", more: str = "") -> str:
    return f"<item><guid>{guid}</guid><title>{title}</title>{more}</item>"


def rss(*items: str, at: str = "Thu, 15 Jan 2026 15:40:00 GMT") -> str:
    head = f"<pubDate>{at}</pubDate>"
    return f'<rss version="2.0" {GEO}><channel>{head}{"".join(items)}</channel></rss>'


def read(payload: str | bytes, **settings: Any) -> Translation:
    return Feed(GeorssAdapter(GeorssSettings(**settings))).read(payload)


def only(payload: str | bytes, **settings: Any) -> Observation:
    found = read(payload, **settings)
    assert len(found.observations) == 1, found
    return found.observations[0]


def rules(findings: Any) -> list[str]:
    return [finding.rule for finding in findings]


@pytest.mark.parametrize("sample", samples("georss"))
def test_a_sample_gives_what_was_expected_of_it(sample: str) -> None:
    check_sample(GeorssAdapter(), sample)


def test_points_of_every_spelling_are_found() -> None:
    """Six entries of the sample, each with its point spelled otherwise."""
    names = {
        "Title 1": [(149.3456, -37.4567), (149.4567, -37.5678), (149.5678, -37.6789)],
        "Title 2": [(149.3456, -37.4567), (149.4567, -37.5678), (149.5678, -37.6789)],
        "Title 3": [(149.3456, -37.4567), (149.5678, -37.6789)],
        "Title 4": [(149.3456, -37.4567), (149.6789, -37.789)],
    }
    found = read((FIXTURES / "georss" / "xml_parser_geometries_1.xml").read_bytes())
    for told in found.observations:
        if told.headline in names:
            assert told.geometry is not None
            assert told.geometry.coordinates == names[told.headline]


def test_an_entry_is_told_once_and_again_when_it_changes() -> None:
    feed = Feed(GeorssAdapter())
    assert len(feed.read(rss(item())).observations) == 1
    assert feed.read(rss(item())).observations == ()
    (told,) = feed.read(rss(item(title="Autre"))).observations
    assert (told.action, told.external_id, told.chain) == ("update", "1#1", ["1"])


def test_what_left_a_feed_of_latest_entries_has_not_ended() -> None:
    feed = Feed(GeorssAdapter())
    feed.read(rss(item("1")))
    assert [o.action for o in feed.read(rss(item("2"))).observations] == ["new"]


def test_what_left_a_feed_of_all_that_goes_on_has_ended() -> None:
    feed = Feed(GeorssAdapter(GeorssSettings(publication="snapshot")))
    feed.read(rss(item("1"), item("2")))
    later = rss(item("2"), at="Thu, 15 Jan 2026 15:41:00 GMT")
    (gone,) = feed.read(later).observations
    assert (gone.action, gone.chain) == ("end", ["1"])
    late = feed.read(rss(at="Thu, 15 Jan 2026 15:30:00 GMT"))
    assert (late.observations, rules(late.warnings)) == ((), ["late_publication"])


def test_what_gdacs_no_longer_calls_current_has_ended() -> None:
    def disaster(current: str) -> str:
        more = (
            "<gdacs:eventtype>FL</gdacs:eventtype><gdacs:eventid>7</gdacs:eventid>"
            "<gdacs:episodeid>2</gdacs:episodeid><gdacs:alertlevel>Orange</gdacs:alertlevel>"
            f"<gdacs:iscurrent>{current}</gdacs:iscurrent>"
        )
        return rss(item(more=more))

    feed = Feed(GeorssAdapter())
    (new,) = feed.read(disaster("true")).observations
    assert (new.external_id, new.severity, new.type_hint) == ("FL7/2", 3, None)
    (end,) = feed.read(disaster("false")).observations
    assert (end.action, end.chain) == ("end", ["FL7/2"])


def test_the_operator_says_which_entries_are_incidents() -> None:
    fire = item(more="<category>Wild Fire</category>")
    told = only(rss(fire), types={"wild fire": "FIR-LRG"})
    assert (told.type_hint, told.source_code) == ("FIR-LRG", "category=Wild Fire")
    assert only(rss(fire)).type_hint is None


def test_the_id_is_the_guid_never_the_title() -> None:
    found = read(rss(item("1", "Same"), item("2", "Same")))
    assert [o.external_id for o in found.observations] == ["1", "2"]


def test_without_an_id_the_link_stands_in_and_is_never_fetched() -> None:
    found = read(rss("<item><title>x</title><link>https://example.org/a</link></item>"))
    assert rules(found.warnings) == ["missing_id"]
    assert found.observations[0].external_id == "https://example.org/a"
    assert found.links == ()


def test_an_id_of_any_length_fits() -> None:
    first, second = read(rss(item("x" * 900), item("x" * 901))).observations
    assert first.external_id != second.external_id
    assert len(first.external_id) <= 200


def test_an_author_is_never_told() -> None:
    more = "<author>jean@example.org (Jean Exemple)</author><dc:creator xmlns:dc='x'>J</dc:creator>"
    written = only(rss(item(more=more))).model_dump_json()
    assert "Jean" not in written
    assert "jean@" not in written


@pytest.mark.parametrize(
    "written",
    [
        "Thu, 15 Jan 2026 15:30:00 GMT",
        "Thu, 15 Jan 2026 16:30:00 +0100",
        "2026-01-15T16:30:00+01:00",
        "15 Jan 2026 15:30 Z",
    ],
)
def test_times_of_either_spelling_are_read(written: str) -> None:
    told = only(rss(item(more=f"<pubDate>{written}</pubDate>")))
    assert told.observed_at is not None
    assert told.observed_at.isoformat() == "2026-01-15T15:30:00+00:00"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("Thu, 15 Jan 2026 16:30:00", "tz_assumed"),
        ("yesterday", "bad_time"),
        ("Thu, 99 Jan 2026 16:30:00 GMT", "bad_time"),
        ("Thu, 15 Jan 2026 18:30:00 GMT", "clock_suspect"),
    ],
)
def test_odd_times_are_told(written: str, rule: str) -> None:
    assert rules(read(rss(item(more=f"<pubDate>{written}</pubDate>"))).warnings) == [rule]


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ("<georss:point>0 0</georss:point>", "no_position"),
        ("<georss:point>4.35 50.85</georss:point>", "perhaps_swapped"),
        ("<georss:point>95 4.35</georss:point>", "position_out_of_range"),
        ("<georss:point>here</georss:point>", "positions_unreadable"),
        ("<georss:point>NaN NaN</georss:point>", "positions_unreadable"),
        ("<georss:line>50 4 51</georss:line>", "positions_unreadable"),
        ("<georss:box>50 4</georss:box>", "positions_unreadable"),
        ("<georss:circle>50 4</georss:circle>", "positions_unreadable"),
        ("<geo:lat>50.8</geo:lat>", "positions_unreadable"),
        ("<georss:polygon>50 4 51 5 50 4</georss:polygon>", "polygon_degenerate"),
        (
            "<georss:polygon>50.0 4.0 51.0 5.0 50.0 5.0 51.0 4.0 50.0 4.0</georss:polygon>",
            "polygon_repaired",
        ),
    ],
)
def test_odd_places_are_told_and_the_entry_is_kept(place: str, rule: str) -> None:
    found = read(rss(item(more=place)))
    assert rules(found.warnings) == [rule]
    assert len(found.observations) == 1


def test_many_outlines_are_drawn_as_one_that_fits() -> None:
    rings = "".join(
        f"<georss:polygon>{50 + n * 0.01} 4 {50.005 + n * 0.01} 4.01 {50.004 + n * 0.01} 4.02 "
        f"{50.003 + n * 0.01} 4.01 {50.001 + n * 0.01} 4.005 {50 + n * 0.01} 4</georss:polygon>"
        for n in range(120)
    )
    found = read(rss(item(more=rings)))
    assert "geometry_simplified" in rules(found.warnings)
    assert found.observations[0].geometry is not None


def test_rss_1_0_and_other_namespaces_are_read() -> None:
    rdf = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="urn:rss1">'
        '<channel/><item r:about="urn:1"><title>T</title></item></r:RDF>'
    )
    assert only(rdf).external_id == "urn:1"


REFUSED: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "empty"),
    "words": ("hello", "not_xml"),
    "JSON": ("{}", "not_xml"),
    "a page": ("<html><body/></html>", "not_a_feed"),
    "another XML": ("<rss/>", "not_a_feed"),
    "a broken end": (rss(item())[:-4], "xml_syntax"),
    "a DOCTYPE": ("<!DOCTYPE rss>" + rss(item()), "xml_doctype"),
    "a file as entity": (
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(item(title="&x;")),
        "xml_doctype",
    ),
    "XInclude": (
        rss(item(more='<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///x"/>')),
        "xml_xinclude",
    ),
    "deep nesting": ("<a>" * 60 + "</a>" * 60, "xml_depth"),
    "a crowd of elements": (rss("<x/>" * 100_000), "xml_size"),
    "three megabytes": (rss(item(title="x" * 3_000_000)), "too_large"),
    "an entry that says nothing": (rss("<item><guid>1</guid></item>"), "empty_entry"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_feed_is_refused_by_rule(what: str) -> None:
    payload, rule = REFUSED[what]
    found = read(payload)
    assert rules(found.rejections) == [rule]
    assert found.observations == ()


def test_an_empty_feed_is_no_error() -> None:
    assert read(rss()).rejections == ()


def test_a_title_of_any_markup_becomes_one_plain_line() -> None:
    told = only(rss(item(title="<![CDATA[<b>Feu</b>\n&amp; fumée]]>")))
    assert told.headline == "Feu & fumée"


def test_a_feed_from_the_future_does_not_silence_the_next_one() -> None:
    feed = Feed(GeorssAdapter(GeorssSettings(publication="snapshot")))
    feed.read(rss(item(), at="Thu, 15 Jan 2099 15:40:00 GMT"), at=NOW)
    found = feed.read(rss(at="Thu, 15 Jan 2026 15:42:00 GMT"), at=NOW.replace(minute=43))
    assert [o.action for o in found.observations] == ["end"]
