"""The desk and the intakes that read files: each content once, nothing dropped, garbage told."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services import Clock, wait_until
from source_bench import Bench
from tocsin.contract import Finding
from tocsin.sources import Outbox, intake
from tocsin.sources.desk import Stopped
from tocsin.sources.intake import FileIntake, FolderIntake


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[Bench]:
    made = Bench(Outbox(tmp_path / "outbox.sqlite", 1_000_000), clock)
    yield made
    made.stop.set()
    made.outbox.close()


@pytest.fixture
def running(bench: Bench) -> Iterator[Callable[[Any], threading.Thread]]:
    """Starts an intake in a thread; it is over when the test is."""
    threads: list[threading.Thread] = []

    def run(one: Any) -> None:
        with contextlib.suppress(Stopped):
            one.run(bench.desk, bench.stop)

    def start(one: Any) -> threading.Thread:
        thread = threading.Thread(target=run, args=(one,))
        thread.start()
        threads.append(thread)
        return thread

    yield start
    bench.stop.set()
    for thread in threads:
        thread.join(10)


# The desk


def test_the_time_of_receipt_is_filled_in_where_the_adapter_left_it_out(bench: Bench) -> None:
    bench.desk.take(b"a", "somewhere")
    ((topic, body),) = bench.messages()
    assert topic == "tocsin/v1/live/observations/lines:x"
    assert body["data"]["received_at"] == "2026-01-15T15:41:07Z"


def test_a_rejection_becomes_a_report_and_costs_nothing_beside_it(bench: Bench) -> None:
    bench.desk.take(b"a\nbad\nwarn\nb", "/feeds/in/today.txt")
    assert bench.facts() == ["a", "b"]
    (report,) = bench.reports()
    assert {key: report[key] for key in ("source", "adapter", "origin", "rule", "field")} == {
        "source": "lines:x",
        "adapter": "lines",
        "origin": "today.txt",
        "rule": "bad_line",
        "field": "line[1]",
    }
    assert (report["offset"], report["size"], len(report["sha256"])) == (1, 12, 64)
    assert bench.messages()[-1][0] == "tocsin/v1/live/sources/lines:x/errors"
    assert (bench.tally.received, bench.tally.rejected, bench.tally.warnings) == (1, 1, 1)


def test_an_adapter_that_raises_is_reported_and_goes_on(bench: Bench) -> None:
    bench.desk.take(b"crash", "somewhere")
    bench.desk.take(b"a", "somewhere")
    (report,) = bench.reports()
    assert report["rule"] == "adapter_failed"
    assert report["message"] == "the adapter failed: RuntimeError"
    assert "secret" not in str(report)
    assert bench.facts() == ["a"]


@pytest.mark.parametrize(
    ("payload", "rule"),
    [(b"huge", "observation_too_large"), (b"other", "wrong_source"), (b"a" * 201, "too_large")],
)
def test_what_may_not_leave_is_reported_instead(bench: Bench, payload: bytes, rule: str) -> None:
    bench.desk.take(payload, "somewhere")
    assert [report["rule"] for report in bench.reports()] == [rule]
    assert bench.facts() == []


def test_a_message_of_many_rejections_gives_few_reports(bench: Bench) -> None:
    bench.desk.take(b"\n".join([b"bad"] * 45), "somewhere")
    reports = bench.reports()
    assert len(reports) == 21
    assert reports[-1]["message"] == "and 25 more of this message"


def test_an_address_is_shown_without_account_and_query(bench: Bench) -> None:
    bench.desk.take(b"bad", "https://me:word@feed.example:8443/a/b?key=secret#x")
    assert bench.reports()[0]["origin"] == "https://feed.example:8443/a/b"


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("/in/a\nWARNING all is well", "a\ufffdWARNING all is well"),
        ("frigate/\u202eevents", "frigate/\ufffdevents"),
        ("https://[x", "https"),
        ("https://feed.example:99999/a", "https"),
    ],
)
def test_no_origin_can_write_a_line_of_the_log(bench: Bench, origin: str, shown: str) -> None:
    bench.desk.take(b"bad", origin)
    assert bench.reports()[0]["origin"] == shown


def test_a_finding_that_quotes_half_a_character_can_still_be_sent(bench: Bench) -> None:
    bench.desk.refuse(Finding("odd", "it says \ud800 here", "a\nb"), "x")
    (report,) = bench.reports()
    assert (report["message"], report["field"]) == ("it says \ufffd here", "a\ufffdb")


def test_a_full_outbox_stops_reading_until_there_is_room(
    tmp_path: Path, clock: Clock, running: Any
) -> None:
    bench = Bench(Outbox(tmp_path / "small.sqlite", 1200), clock)
    bench.desk.take(b"a", "x")
    bench.desk.take(b"b", "x")
    done = threading.Event()

    def take() -> None:
        bench.desk.take(b"c\nd\ne", "x")
        done.set()

    thread = threading.Thread(target=take)
    thread.start()
    wait_until(lambda: "reading has stopped" in (bench.troubles.first() or ""))
    assert not done.is_set()
    assert bench.facts() == ["a", "b"]
    bench.outbox.remove_up_to(bench.outbox.newest_seq())
    assert done.wait(10)
    thread.join()
    assert bench.facts() == ["c", "d", "e"]
    assert bench.troubles.first() is None
    assert bench.outbox.refusals >= 1
    bench.outbox.close()


def test_stopping_while_the_outbox_is_full_leaves_the_message_unread(
    tmp_path: Path, clock: Clock
) -> None:
    bench = Bench(Outbox(tmp_path / "small.sqlite", 300), clock)
    bench.desk.take(b"a", "x")
    bench.stop.set()
    with pytest.raises(Stopped):
        bench.desk.take(b"b", "x", marks={"file:x": "1"})
    assert bench.facts() == ["a"]
    assert bench.outbox.marks("") == {}
    bench.outbox.close()


# A file


def test_a_file_is_read_once_and_again_when_it_changes(
    bench: Bench, running: Any, tmp_path: Path
) -> None:
    path = tmp_path / "alert.txt"
    running(FileIntake(path, 0.01))
    wait_until(lambda: bench.troubles.first() == "there is no file alert.txt")
    path.write_text("a")
    wait_until(lambda: bench.facts() == ["a"])
    path.touch()  # another time, the same content
    path.write_text("a\nb")
    wait_until(lambda: bench.facts() == ["a", "a", "b"])
    assert bench.troubles.first() is None
    assert bench.tally.received == 2


def test_a_file_that_was_read_before_a_restart_is_not_read_again(
    bench: Bench, tmp_path: Path
) -> None:
    path = tmp_path / "alert.txt"
    path.write_text("a")
    os.utime(path, (1, 1))  # at rest for long
    for _ in range(2):  # two processes, one after the other
        stop = threading.Event()
        bench.troubles.say("intake", "no look yet")
        thread = threading.Thread(target=FileIntake(path, 0.01).run, args=(bench.desk, stop))
        thread.start()
        wait_until(lambda: bench.troubles.first() is None)  # taken back: the file was looked at
        stop.set()
        thread.join()
    assert bench.facts() == ["a"]


def test_a_file_that_is_still_being_written_is_left_until_it_rests(
    bench: Bench, running: Any, tmp_path: Path
) -> None:
    """Half an alert would be rejected as broken although nothing is wrong."""
    path = tmp_path / "alert.txt"
    running(FileIntake(path, 0.01))
    for part in ("first", "\nsecond", "\nthird"):
        with path.open("a") as file:
            file.write(part)
        assert bench.facts() == []
    wait_until(lambda: bench.facts() == ["first", "second", "third"])
    assert bench.tally.received == 1


# A folder


def test_a_folder_is_read_in_the_order_of_names_each_content_once(
    bench: Bench, running: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("c", "a", "b"):
        (folder / name).write_text(name)
    (folder / ".half-written").write_text("no")
    (folder / "sub").mkdir()
    running(FolderIntake(folder, 0.01))
    wait_until(lambda: bench.facts() == ["a", "b", "c"])
    (folder / "a").write_text("a2")
    wait_until(lambda: bench.facts() == ["a", "b", "c", "a2"])
    (folder / "b").unlink()
    wait_until(lambda: len(bench.outbox.marks("file:")) == 2)
    assert bench.tally.received == 4


def test_a_file_that_never_rests_holds_up_the_others_only_for_a_while(
    bench: Bench, running: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order is worth a little waiting, not for ever."""
    monkeypatch.setattr(intake, "RESTLESS_S", 0.5)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "b").write_text("b")
    os.utime(folder / "b", (1, 1))
    log = folder / "a"

    def written_again() -> bool:
        log.write_text("growing")
        return bench.facts() == ["b"]

    log.write_text("growing")
    running(FolderIntake(folder, 0.01))
    wait_until(written_again)


def test_a_file_that_is_too_large_is_refused_unread_and_once(
    bench: Bench, running: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a").write_bytes(b"x" * 5000)
    (folder / "b").write_text("b")
    running(FolderIntake(folder, 0.01))
    wait_until(lambda: bench.facts() == ["b"])
    (folder / "c").write_text("c")
    wait_until(lambda: bench.facts() == ["b", "c"])
    (report,) = bench.reports()
    assert (report["rule"], report["origin"]) == ("too_large", "a")
    assert "size" not in report


def test_a_folder_that_is_not_there_is_a_trouble_that_passes(
    bench: Bench, running: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    running(FolderIntake(folder, 0.01))
    wait_until(lambda: "cannot be read" in (bench.troubles.first() or ""))
    folder.mkdir()
    (folder / "a").write_text("a")
    wait_until(lambda: bench.facts() == ["a"] and bench.troubles.first() is None)
