"""What adapters could not read reaches the room, counted, and never fills a journal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract import topics
from tocsin.engine.engine import Engine, Examined
from tocsin.engine.inputs import MessageRefused
from tocsin.ingest.checks import examine
from tocsin.ingest.receiver import Arrived, examine_arrival
from tocsin.ingest.rejections import FAULTS_KEPT, RULES_KEPT, Rejections
from tocsin.journal.store import Journal
from tocsin.sources.reports import ErrorReport

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
SOURCE = "cap:weather"
TOPIC = topics.errors("live", SOURCE)
DIGEST = "ab" * 32


def report(**changes: Any) -> bytes:
    told = {
        "source": SOURCE,
        "adapter": "cap",
        "at": NOW,
        "origin": "https://feeds.example/alerts",
        "rule": "bad_time",
        "message": "24:61 is no time of day",
        "field": "info[3]/area[0]/onset",
        "offset": 812,
        "size": 1204,
        "sha256": DIGEST,
    }
    return ErrorReport.model_validate({**told, **changes}).model_dump_json().encode()


def refused(payload: bytes, topic: str = TOPIC) -> Examined:
    examined = examine(topic, payload, "live", NOW)
    assert isinstance(examined.given, MessageRefused)
    assert examined.quarantined is not None
    return examined


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db")
    yield journal
    journal.close()


def arrived(journal: Journal, payloads: list[bytes]) -> Engine:
    """An engine that took these reports and stopped; each was acknowledged."""
    acknowledged: list[bytes] = []
    engine = Engine(
        "live",
        journal,
        clock=lambda: NOW,
        examine=examine_arrival("live"),
        announce=lambda realm, entries, situation: None,
    )
    for payload in payloads:
        engine.arrive(Arrived(TOPIC, payload, partial(acknowledged.append, payload)))
    engine.load()
    engine._take_batch()
    assert acknowledged == payloads
    return engine


def test_a_report_becomes_a_row_with_all_it_says_and_no_bytes(journal: Journal) -> None:
    arrived(journal, [report()])
    [row] = journal.quarantine("live", limit=5)
    assert (row.source, row.reason, row.field) == (SOURCE, "bad_time", "info[3]/area[0]/onset")
    assert (row.offset, row.size, row.sha256, row.count) == (812, 1204, DIGEST, 1)
    assert row.detail == "24:61 is no time of day (https://feeds.example/alerts)"
    assert journal.quarantine_raw("live", row.id) is None


def test_the_same_fault_shares_a_row_that_tells_of_the_latest(journal: Journal) -> None:
    arrived(journal, [report(field=f"info[{n}]/onset", sha256=f"{n:064x}") for n in range(90)])
    [row] = journal.quarantine("live", limit=5)
    assert (row.count, row.field, row.sha256) == (90, "info[89]/onset", f"{89:064x}")


def test_the_journal_hears_of_it_by_doublings_and_the_picture_is_never_far_off(
    journal: Journal,
) -> None:
    engine = arrived(journal, [report() for _ in range(500)])
    entries = journal.read("live", after=0, limit=100)
    told = [entry.body["count"] for entry in entries if entry.kind == "message_quarantined"]
    assert told == [1, 1, 2, 4, 8, 16, 32, 64, 128]
    assert engine.situation.quarantine["bad_time"].count == sum(told) > 500 / 2
    [counted] = journal.quarantine_counts("live")
    assert (counted.source, counted.reason, counted.messages) == (SOURCE, "bad_time", 500)
    assert engine.figures()[SOURCE]["rejected"] == 500


def test_after_a_pause_the_next_report_brings_what_was_not_told() -> None:
    rejections = Rejections()
    one = refused(report())
    told = [rejections.fold(one, NOW).given.count for _ in range(11)]  # type: ignore[union-attr]
    assert told == [1, 1, 0, 2, 0, 0, 0, 4, 0, 0, 0]
    later = rejections.fold(one, NOW + timedelta(minutes=11))
    assert later.given.count == 4  # type: ignore[union-attr]


def test_names_that_somebody_invents_end_in_one_row() -> None:
    rejections = Rejections()
    kinds, rules = set(), set()
    for n in range(FAULTS_KEPT + RULES_KEPT):
        letters = "".join(chr(97 + int(digit)) for digit in str(n))
        folded = rejections.fold(refused(report(rule=f"r_{letters}", field=letters)), NOW)
        assert folded.quarantined is not None
        kinds.add(folded.quarantined.folds_by)
        rules.add(folded.quarantined.reason)
    assert len(rules) <= RULES_KEPT + 1
    assert len(kinds) <= FAULTS_KEPT + RULES_KEPT + 1
    odd = rejections.fold(refused(report(rule="<script>")), NOW).quarantined
    assert odd is not None
    assert odd.reason == "other"


def test_a_report_under_another_name_or_of_another_shape_is_itself_refused() -> None:
    assert refused(report(source="cap:other")).given.reason == "wrong_source"  # type: ignore[union-attr]
    document = json.loads(report())
    document["payload"] = "the bytes themselves"
    broken = refused(json.dumps(document).encode())
    assert broken.given.reason == "envelope"  # type: ignore[union-attr]
    assert broken.quarantined is not None
    assert broken.quarantined.sha256 is None


@given(st.binary(max_size=300) | st.builds(lambda text: report(message=text), st.text(max_size=90)))
def test_whatever_lies_on_the_topic_is_refused_and_nothing_breaks(payload: bytes) -> None:
    folded = Rejections().fold(refused(payload), NOW)
    assert isinstance(folded.given, MessageRefused)
    assert folded.given.count == 1


def test_a_plate_in_a_report_is_masked() -> None:
    plate = "1-" + "ABC" + "-234"
    kept = refused(report(message=f"{plate} is no number")).quarantined
    assert kept is not None
    assert plate not in kept.detail
