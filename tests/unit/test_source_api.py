"""The register over REST: agreement, state, figures, rejects and worth of every source."""

import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from deciding import NOW, Room
from tocsin.contract import SourceStatus
from tocsin.contract.source_status import SourceCounts
from tocsin.engine.tallies import LATENCY_BOUNDS_S, SOURCES_KEPT, Tallies
from tocsin.journal.store import Journal, Quarantined
from tocsin.live.hub import Hub
from tocsin.sources import SourceConfig
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2; httpx is what Tocsin brings
    from starlette.testclient import TestClient

SOURCES = "/api/realms/live/sources"


class Office:
    """A live realm with one journal; `office.room` may learn more."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.room = Room()
        self.committed = 0
        self.tallies = Tallies()
        self.room.report("sensor:tunnel", adapter="cap")
        self.room.observe("a", source="sensor:tunnel")
        self.room.wait(45)
        self.room.observe("b", source="cad:112")
        self.hub = Hub(
            self.room.situation, clock=lambda: self.room.now, read=lambda *_: [], health=dict
        )
        self.commit()

    def commit(self) -> None:
        self.journal.commit("live", self.room.entries[self.committed :])
        self.committed = len(self.room.entries)
        self.hub.situation = self.room.situation

    def figures(self, realm: str) -> dict[str, Any]:
        return self.tallies.figures(self.room.now)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    yield Office(journal)
    journal.close()


@pytest.fixture
def web(office: Office) -> TestClient:
    agreed = SourceConfig(
        adapter="cap",
        source="sensor:tunnel",
        folder=Path("/srv/secret"),
        maturity="trial",
        legal_regime="trafic_non_surveillance",
        controller="Bruxelles Mobilité",
        protocol_ref="P-2026-7",
        retention_days=30,
    )
    rooms = Rooms(
        {"live": office.hub},
        office.journal,
        cast(Any, None),  # no command is given here
        frozenset({"127.0.0.1"}),
        sources=[agreed],
        figures=office.figures,
    )
    return TestClient(make_application(rooms), base_url="http://127.0.0.1:8765")


def test_the_register_tells_agreement_state_and_worth(web: TestClient) -> None:
    told = web.get(SOURCES).json()
    assert told["since"] < told["at"]
    cad, sensor = told["sources"]
    assert (cad["source"], cad["configured"], cad["state"]) == ("cad:112", None, "unknown")
    assert sensor["configured"] == {
        "source": "sensor:tunnel",
        "realm": "live",
        "adapter": "cap",
        "intake": "folder",
        "maturity": "trial",
        "legal_regime": "trafic_non_surveillance",
        "controller": "Bruxelles Mobilité",
        "protocol_ref": "P-2026-7",
        "retention_days": 30,
    }
    assert (sensor["state"], sensor["adapter"]) == ("online", "cap")
    assert sensor["value"]["detection"]["lead_s"] == 45
    assert cad["value"]["detection"]["missed"] == 1
    assert "secret" not in web.get(SOURCES).text


def test_one_source_has_an_address_of_its_own(web: TestClient) -> None:
    assert web.get(f"{SOURCES}/cad:112").json()["source"] == "cad:112"
    assert web.get(f"{SOURCES}/nobody").status_code == 404
    assert web.get("/api/realms/exercise-none/sources").status_code == 404
    assert web.get(f"{SOURCES}/Not%20a%20name").status_code == 422


def test_the_sheet_follows_the_journal_without_reading_it_again(
    web: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert web.get(f"{SOURCES}/cad:112").json()["value"]["votes"]["precision"] is None
    office.room.command("vote_observation", observation=office.room.shown("b").id, vote="useful")
    office.commit()
    asked: list[int] = []
    read_joins = office.journal.read_joins

    def counting(realm: str, **how: Any) -> Any:
        asked.append(how["after"])
        return read_joins(realm, **how)

    monkeypatch.setattr(office.journal, "read_joins", counting)
    votes = web.get(f"{SOURCES}/cad:112").json()["value"]["votes"]
    assert (votes["useful"], votes["precision"]) == (1, 1.0)
    web.get(SOURCES)
    assert len(asked) == 1
    assert asked[0] > 0


def test_joins_are_found_by_an_index(office: Office) -> None:
    with office.journal._reads.connect() as connection:
        query = (
            "SELECT n FROM entries WHERE kind = 'observation_joined' AND realm = 'live' AND n > 1"
        )
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert "entries_of_joins" in str(plan)


def test_rejects_stand_beside_what_was_received(web: TestClient, office: Office) -> None:
    at = office.room.at
    office.journal.commit(
        "live",
        [],
        quarantined=[
            Quarantined(at, "sensor:tunnel", "t", "bad_time", "24:61", b"", sha256="ab", offset=7)
        ],
    )
    counts = SourceCounts(received=9, published=7, rejected=1, warnings=3)
    status = SourceStatus(source="sensor:tunnel", state="online", counts=counts)
    office.tallies.heard(status, office.room.now)
    line = web.get(f"{SOURCES}/sensor:tunnel").json()
    assert [(r["reason"], r["messages"]) for r in line["rejects"]] == [("bad_time", 1)]
    assert (line["flow"]["received"], line["flow"]["rejected"]) == (9, 1)
    [row] = web.get("/api/realms/live/quarantine").json()
    assert (row["offset"], row["sha256"], row["last_at"]) == (7, "ab", at)
    assert web.get(f"/api/realms/live/quarantine/{row['id']}/raw").status_code == 404


# --- what each source gave since the start


def test_the_rate_is_of_the_last_sixty_seconds() -> None:
    tallies = Tallies()
    now = NOW.replace(second=0)
    for second in range(60):
        tallies.took("cad:112", None, now + timedelta(seconds=second))
    rates = [
        tallies.figures(now + timedelta(seconds=after))["cad:112"]["rate_per_min"]
        for after in (60, 90, 120, 3600)
    ]
    assert rates == [60, 30, 0, 0]


def test_the_way_from_the_source_is_counted_by_how_long_it_took() -> None:
    tallies = Tallies()
    for waited in (0.01, 0.2, 3, 4000):
        tallies.took("cad:112", NOW - timedelta(seconds=waited), NOW)
    tallies.took("cad:112", NOW + timedelta(seconds=5), NOW)  # its clock runs ahead
    counted = tallies.figures(NOW)["cad:112"]["latency"]
    assert (sum(counted), counted[0], counted[-1]) == (4, 1, 1)
    assert counted[LATENCY_BOUNDS_S.index(0.25)] == 1


def test_invented_names_do_not_fill_the_memory() -> None:
    tallies = Tallies()
    for number in range(SOURCES_KEPT + 50):
        tallies.duplicate(f"s-{number}", NOW)
    assert len(tallies.figures(NOW)) == SOURCES_KEPT
