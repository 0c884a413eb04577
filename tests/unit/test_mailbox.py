"""A slow screen never loses a fact, and never gets an old position."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.live.mailbox import ENTRIES_KEPT, Batch, Item, Mailbox, MailboxFull


def item(n: int, track: str | None = None) -> Item:
    return Item(n, f"t{n}", json.dumps({"n": n, "track": track}).encode(), track)


def numbers(frame: bytes) -> list[int]:
    return [entry["n"] for entry in json.loads(frame)["entries"]]


def test_an_empty_mailbox_has_nothing_to_send():
    assert Mailbox(7).take() is None


def test_screens_that_keep_up_share_one_encoded_frame():
    batch = Batch([item(1), item(2)], "now")
    one, other = Mailbox(0), Mailbox(0)
    one.put(batch)
    other.put(batch)

    assert one.take() is other.take()


def test_a_frame_says_which_entries_it_covers_though_positions_are_left_out():
    mailbox = Mailbox(4)
    mailbox.put(Batch([item(5, "a"), item(6), item(7, "a")], "now"))

    frame = json.loads(mailbox.take() or b"")

    assert (frame["first"], frame["n"], frame["entry_at"]) == (5, 7, "t7")
    assert [entry["n"] for entry in frame["entries"]] == [6, 7]


def test_what_waits_is_merged_into_one_frame():
    mailbox = Mailbox(0)
    mailbox.put(Batch([item(1, "a"), item(2)], "then"))
    mailbox.put(Batch([item(3, "a"), item(4, "b")], "now"))

    frame = mailbox.take() or b""

    assert numbers(frame) == [2, 3, 4]
    assert json.loads(frame)["first"] == 1
    assert mailbox.take() is None


def test_a_batch_that_does_not_follow_is_refused():
    with pytest.raises(ValueError, match="entry 9 does not follow 3"):
        Mailbox(3).put(Batch([item(9)], "now"))


def test_a_screen_that_takes_nothing_is_told_to_go():
    mailbox = Mailbox(0)
    mailbox.put(Batch([item(n) for n in range(1, ENTRIES_KEPT + 1)], "now"))
    with pytest.raises(MailboxFull):
        mailbox.put(Batch([item(ENTRIES_KEPT + 1)], "now"))


@given(
    tracks=st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=1, max_size=60),
    cuts=st.lists(st.integers(1, 10), max_size=20),
)
def test_however_it_is_dealt_all_facts_and_the_last_positions_arrive(tracks, cuts):
    items = [item(n, track) for n, track in enumerate(tracks, start=1)]
    mailbox = Mailbox(0)
    rest = items
    for cut in cuts:
        head, rest = rest[:cut], rest[cut:]
        if head:
            mailbox.put(Batch(head, "now"))
    if rest:
        mailbox.put(Batch(rest, "now"))

    sent = numbers(mailbox.take() or b"")

    last = {i.track: i.n for i in items if i.track is not None}
    assert sorted([i.n for i in items if i.track is None] + list(last.values())) == sent
