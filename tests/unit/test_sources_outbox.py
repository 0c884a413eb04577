"""The outbox: in order, bounded, and nothing lost once `put` has returned."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tocsin.sources.outbox import Message, Outbox, OutboxFull, OutboxUnusable

START = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)


def message(number: int, size: int = 10) -> Message:
    text = str(number).encode()
    return Message("topic", text.ljust(size), START + timedelta(seconds=number))


def numbers(outbox: Outbox, after: int = 0) -> list[int]:
    return [int(kept.message.payload) for kept in outbox.after(after, 10_000)]


def test_messages_come_out_in_the_order_they_went_in(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 10_000)
    outbox.put([message(1), message(2)])
    outbox.put([message(3)])
    assert numbers(outbox) == [1, 2, 3]
    assert [k.message for k in outbox.after(0, 2)] == [message(1), message(2)]
    outbox.close()


def test_what_was_acknowledged_goes_and_the_rest_stays_over_a_restart(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 10_000)
    outbox.put([message(n) for n in range(1, 6)])
    outbox.remove_up_to(outbox.after(0, 3)[-1].seq)
    assert (outbox.count, outbox.bytes) == (2, 20)
    outbox.close()
    again = Outbox(tmp_path / "o.sqlite", 10_000)
    assert (again.count, again.bytes) == (2, 20)
    assert numbers(again) == [4, 5]
    oldest = again.oldest()
    assert oldest is not None
    assert oldest.message.received_at == START + timedelta(seconds=4)
    again.close()


def test_numbers_are_never_used_again(tmp_path: Path) -> None:
    """The courier remembers how far it sent; a number that came back would be skipped."""
    outbox = Outbox(tmp_path / "o.sqlite", 10_000)
    outbox.put([message(1)])
    seq = outbox.newest_seq()
    outbox.remove_up_to(seq)
    outbox.put([message(2)])
    assert outbox.newest_seq() > seq
    outbox.close()


def test_a_full_outbox_refuses_aloud_and_takes_again_when_there_is_room(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 100)
    outbox.put([message(1, 60)])
    with pytest.raises(OutboxFull, match=r"1 messages .60 bytes. wait for the broker"):
        outbox.put([message(2, 30), message(3, 30)])
    assert (outbox.refusals, numbers(outbox)) == (1, [1])  # all or nothing
    outbox.remove_up_to(outbox.newest_seq())
    outbox.put([message(2, 30), message(3, 30)])
    assert numbers(outbox) == [2, 3]
    outbox.close()


def test_an_empty_outbox_takes_even_what_is_larger_than_its_bound(tmp_path: Path) -> None:
    """Else one such message would stop its source for ever."""
    outbox = Outbox(tmp_path / "o.sqlite", 100)
    outbox.put([message(1, 500)])
    assert outbox.count == 1
    outbox.close()


def test_marks_are_kept_with_the_messages_or_not_at_all(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 100)
    outbox.put([message(1, 60)], {"file:a": "one"})
    with pytest.raises(OutboxFull):
        outbox.put([message(2, 60)], {"file:b": "two"})
    assert outbox.marks("file:") == {"file:a": "one"}
    outbox.mark({"other": "x"})
    outbox.forget(["file:a"])
    assert outbox.marks("") == {"other": "x"}
    outbox.close()


def test_a_second_process_on_the_same_outbox_is_refused(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 100)
    with pytest.raises(OutboxUnusable, match="another process already runs this source"):
        Outbox(tmp_path / "o.sqlite", 100)
    outbox.close()
    Outbox(tmp_path / "o.sqlite", 100).close()


def test_a_file_that_is_no_outbox_says_so(tmp_path: Path) -> None:
    (tmp_path / "o.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(OutboxUnusable, match="cannot be used"):
        Outbox(tmp_path / "o.sqlite", 100)


PUTTER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from tocsin.sources.outbox import Message, Outbox

outbox = Outbox(Path(sys.argv[1]), 10**9)
for number in range(10**6):
    outbox.put([Message("topic", str(number).encode(), datetime.now(UTC))])
    print(number, flush=True)
"""


def test_what_was_put_survives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "o.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", PUTTER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    assert process.stdout is not None
    told = -1
    for line in process.stdout:
        told = int(line)
        if told >= 50:
            break
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.stdout.close()
    process.wait(10)
    told = max([told, *map(int, rest)])
    outbox = Outbox(path, 10**9)
    kept = numbers(outbox)
    assert kept[: told + 1] == list(range(told + 1))
    assert len(kept) <= told + 2  # at most the one that was put and not yet told
    outbox.close()
