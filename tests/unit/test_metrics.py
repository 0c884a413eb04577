"""What Prometheus is told: right figures, no invented ones, and a dashboard that fits them."""

import json
import re
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deciding import Room
from tocsin.contract import SourceStatus
from tocsin.contract.source_status import SourceCounts
from tocsin.engine.tallies import Tallies
from tocsin.journal.store import Journal, JournalUnavailable, Quarantined
from tocsin.live.hub import Hub
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "tocsin-sources.json"
HEALTH: dict[str, Any] = {
    "broker": {"state": "lost", "since": None, "trouble": "dropped"},
    "journal": {"state": "ok", "since": None, "trouble": None},
    "counts": {"received": 7, "recorded": 4, "duplicates": 1, "quarantined": 2, "waiting": 3},
}
SOURCE = {"realm": "live", "source": "cad:112"}


@pytest.fixture
def room() -> Room:
    room = Room()
    room.report("cad:112", outbox=4)
    room.observe("a")
    return room


@pytest.fixture
def journal(tmp_path: Path, room: Room) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    journal.commit("live", room.entries)
    yield journal
    journal.close()


@pytest.fixture
def rooms(room: Room, journal: Journal) -> Rooms:
    tallies, now = Tallies(), room.now
    counts = SourceCounts(received=9, published=7, rejected=2)
    tallies.heard(SourceStatus(source="cad:112", state="online", counts=counts), now)
    for waited in (0.01, 0.2, 4000):
        tallies.took("cad:112", now - timedelta(seconds=waited), now)
    tallies.duplicate("cad:112", now)
    hub = Hub(room.situation, clock=lambda: now, read=lambda *_: [], health=lambda: HEALTH)
    hosts = frozenset({"127.0.0.1"})
    later = now + timedelta(seconds=12)
    return Rooms(
        {"live": hub},
        journal,
        cast(Any, None),  # no command is given here
        hosts,
        figures=lambda realm: tallies.figures(later),
    )


@pytest.fixture
def web(rooms: Rooms) -> TestClient:
    return TestClient(make_application(rooms), base_url="http://127.0.0.1:8765")


class Told:
    def __init__(self, web: TestClient) -> None:
        answer = web.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        self.families = list(text_string_to_metric_families(answer.text))

    def value(self, name: str, **labels: str) -> float:
        [found] = [
            sample.value
            for family in self.families
            for sample in family.samples
            if sample.name == name and sample.labels == labels
        ]
        return float(found)

    def names(self) -> set[str]:
        """With those that have no value yet."""
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        return {
            family.name + ending
            for family in self.families
            for ending in endings.get(family.type, [""])
        }


def test_each_source_tells_what_it_gave_and_how_old_its_last_word_is(web: TestClient) -> None:
    told = Told(web)
    assert told.value("tocsin_source_accepted_total", **SOURCE) == 3
    assert told.value("tocsin_source_duplicates_total", **SOURCE) == 1
    assert told.value("tocsin_source_received_total", **SOURCE) == 9
    assert told.value("tocsin_source_age_seconds", **SOURCE) == 12
    assert told.value("tocsin_source_up", **SOURCE) == 1
    assert told.value("tocsin_source_outbox", **SOURCE) == 4


def test_the_way_from_source_to_journal_is_a_histogram(web: TestClient) -> None:
    told = Told(web)
    bucket = "tocsin_source_latency_seconds_bucket"
    assert told.value(bucket, le="0.05", **SOURCE) == 1
    assert told.value(bucket, le="0.25", **SOURCE) == 2
    assert told.value(bucket, le="300.0", **SOURCE) == 2
    assert told.value(bucket, le="+Inf", **SOURCE) == 3
    assert told.value("tocsin_source_latency_seconds_count", **SOURCE) == 3


def test_links_journal_and_screens_are_told(web: TestClient) -> None:
    told = Told(web)
    assert told.value("tocsin_broker_up", realm="live") == 0
    assert told.value("tocsin_journal_up", realm="live") == 1
    assert told.value("tocsin_waiting", realm="live") == 3
    assert told.value("tocsin_screens", realm="live") == 0
    assert told.value("tocsin_incidents_open", realm="live") == 1


def test_what_was_refused_is_counted_by_reason(web: TestClient, journal: Journal) -> None:
    row = Quarantined("2026", "cad:112", "t", "bad_time", "no", b"", count=6, sha256="ab")
    journal.commit("live", [], quarantined=[row])
    assert Told(web).value("tocsin_source_refused_total", reason="bad_time", **SOURCE) == 6


def test_a_database_that_is_away_hides_no_other_figure(
    web: TestClient, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(realm: str) -> None:
        raise JournalUnavailable("gone", "gone")

    monkeypatch.setattr(journal, "quarantine_counts", gone)
    assert Told(web).value("tocsin_journal_up", realm="live") == 1


def test_two_applications_in_one_process_do_not_share_figures(rooms: Rooms) -> None:
    first = TestClient(make_application(rooms), base_url="http://127.0.0.1:8765")
    empty = Rooms({}, rooms.journal, rooms.command, rooms.allowed_hosts)
    second = TestClient(make_application(empty), base_url="http://127.0.0.1:8765")
    assert Told(first).value("tocsin_screens", realm="live") == 0
    told = Told(second)
    assert all(not f.samples for f in told.families if f.name == "tocsin_screens")


def test_another_sites_page_may_not_read_them(web: TestClient) -> None:
    assert web.get("/metrics", headers={"Origin": "http://evil.example"}).status_code == 403
    assert web.get("/metrics", headers={"Host": "evil.example"}).status_code == 421


def test_labels_name_realms_sources_and_reasons_only(web: TestClient) -> None:
    labels = {
        label
        for family in Told(web).families
        for sample in family.samples
        for label in sample.labels
    }
    assert labels <= {"realm", "source", "reason", "outcome", "version", "le"}


# --- the dashboard


def expressions() -> list[str]:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def test_every_metric_of_the_dashboard_exists(web: TestClient) -> None:
    known = Told(web).names()
    named = {name for expr in expressions() for name in re.findall(r"tocsin_\w+", expr)}
    assert len(named) > 10
    assert named - known == set()


def test_the_dashboard_shows_every_figure_of_a_source() -> None:
    shown = " ".join(expressions())
    for figure in ("accepted", "duplicates", "rejected", "quarantined", "age_seconds", "latency"):
        assert f"tocsin_source_{figure}" in shown


def test_panels_of_the_dashboard_have_a_place_a_title_and_one_source_of_data() -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        assert panel["title"]
        place = panel["gridPos"]
        mine = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & mine, panel["title"]
        cells |= mine
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
