"""Atom and RSS indexes: links on the feed's own host, else what the entry itself tells."""

from datetime import UTC, datetime

from tocsin.contract import Receipt, Translation
from tocsin_adapters.cap import CapAdapter

CAP = 'xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"'
TOLD = (
    "<cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType><cap:scope>Public</cap:scope>"
    "<cap:event>Flood</cap:event><cap:severity>Severe</cap:severity>"
    "<cap:urgency>Past</cap:urgency><cap:certainty>Likely</cap:certainty>"
)


def read(text: str, origin: str = "https://feed.example/rss") -> Translation:
    at = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
    return CapAdapter().translate(text.encode(), Receipt("cap:test", "live", at, origin))


def rss(item: str) -> str:
    return f'<rss version="2.0" {CAP}><channel><title>t</title><item>{item}</item></channel></rss>'


def test_an_rss_item_leads_to_its_alert() -> None:
    item = "<title>x</title><guid>1</guid><link>https://feed.example/1.xml</link>"
    assert read(rss(item)).links == ("https://feed.example/1.xml",)


def test_an_enclosure_said_to_be_cap_goes_before_a_page() -> None:
    item = (
        "<link>https://feed.example/1.html</link>"
        '<enclosure type="application/cap+xml" url="1.xml" length="1"/>'
    )
    assert read(rss(item)).links == ("https://feed.example/1.xml",)


def test_an_rss_item_that_carries_cap_is_read_with_its_own_date_and_id() -> None:
    item = (
        "<title>River high</title><guid>G-1</guid><author>office@feed.example</author>"
        f"<pubDate>Thu, 15 Jan 2026 16:00:00 +0100</pubDate>{TOLD}"
    )
    translation = read(rss(item), origin="")
    (observation,) = translation.observations
    assert observation.external_id == "office@feed.example|G-1|2026-01-15T16:00:00+01:00"
    assert (observation.headline, observation.type_hint) == ("River high", "FLD-URB")
    assert [f.rule for f in translation.warnings] == ["index_entry_filled", "index_entry"]


def test_a_bad_date_in_an_item_is_refused_not_guessed() -> None:
    item = f"<guid>G-1</guid><author>a</author><pubDate>recently</pubDate>{TOLD}"
    (finding,) = read(rss(item)).rejections
    assert (finding.rule, finding.field) == ("missing_field", "item[0]/alert/sent")


def test_a_whole_alert_inside_an_entry_is_read_as_it_is() -> None:
    alert = (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>I</identifier>'
        "<sender>S</sender><sent>2026-01-15T16:00:00+01:00</sent><status>Test</status>"
        "<msgType>Alert</msgType><scope>Public</scope><info><event>Wind</event></info></alert>"
    )
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>'
        f'<content type="text/xml">{alert}</content></entry></feed>'
    )
    (observation,) = read(feed).observations
    assert observation.external_id == "S|I|2026-01-15T16:00:00+01:00"
    assert observation.mode == "test"


def test_an_entry_that_leads_nowhere_gives_a_warning() -> None:
    for link in ("", '<link href="javascript:alert(1)"/>', '<link href="http://[bad/"/>'):
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>{link}</entry></feed>'
        translation = read(feed)
        assert [f.rule for f in translation.warnings] == ["index_entry"]
        assert translation.links == ()


def test_an_empty_index_is_no_fault() -> None:
    """No warnings are in force: the best news a feed can bring."""
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"/>') == Translation()


def test_a_relative_link_needs_the_address_of_the_feed() -> None:
    entry = '<entry><id>1</id><link href="/1.xml"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    assert read(feed, "https://feed.example/a").links == ("https://feed.example/1.xml",)
    assert read(feed, "/srv/feed.atom").links == ()
