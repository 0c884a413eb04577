"""Screens see the same picture in the same order, and resume from any number."""

import asyncio
import json
from datetime import UTC, datetime

from tocsin.journal.entry import Entry
from tocsin.live import hub as hub_module
from tocsin.live.frames import shown_entry
from tocsin.live.hub import Hub
from tocsin.live.wire import MESSAGES
from tocsin.situation.evolve import evolve_all
from tocsin.situation.picture import Situation, picture

NOW = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
HEALTH = {
    "broker": {"state": "connected", "since": None, "trouble": None},
    "journal": {"state": "ok", "since": None, "trouble": None},
    "counts": {
        "received": 0,
        "recorded": 0,
        "duplicates": 0,
        "quarantined": 0,
        "waiting": 0,
        "rate_per_s": 0.0,
    },
}


def observed(n: int, track: str | None = None) -> Entry:
    shown = {
        "id": f"O-{n}",
        "source": "cad:112",
        "external_id": f"call-{n}",
        "kind": "event",
        "action": "new",
        "mode": "real",
        "recorded_at": "2026-01-15T15:41:07.000Z",
    }
    if track is not None:
        shown["track"] = track
    body = {"id": f"O-{n}", "shown": shown, "observation": {"attributes": {"secret": True}}}
    return Entry(n, "2026-01-15T15:41:07.000Z", "observation_recorded", n, body)


class Room:
    """A hub with a journal in memory, and screens that fold what they are sent."""

    def __init__(self, entries: int = 0) -> None:
        self.journal = [observed(n) for n in range(1, entries + 1)]
        situation = evolve_all(Situation("live"), self.journal)
        self.hub = Hub(
            situation,
            clock=lambda: NOW,
            read=lambda realm, after, limit: self.journal[after : after + limit],
            health=lambda: HEALTH,
        )

    def commit(self, *entries: Entry) -> None:
        self.journal.extend(entries)
        self.hub.announced(entries, evolve_all(self.hub.situation, entries))

    async def opening(self, after: int | None) -> list[dict]:
        async with self.hub.joined(after) as (_, opening):
            return [json.loads(message) for message in opening]


def as_models(messages: list[dict]) -> None:
    """Every message is one of the contract's."""
    known = {model.model_fields["type"].annotation.__args__[0]: model for model in MESSAGES}
    for message in messages:
        known[message["type"]].model_validate(message)


def numbers(frames: list[dict]) -> list[int]:
    return [entry["n"] for frame in frames for entry in frame["entries"]]


def test_a_new_screen_gets_hello_and_the_whole_picture():
    room = Room(entries=3)

    opening = asyncio.run(room.opening(None))

    as_models(opening)
    assert [m["type"] for m in opening] == ["hello", "snapshot"]
    assert json.loads(picture(room.hub.situation)) == opening[1]["situation"]


def test_a_screen_resumes_from_what_the_hub_remembers():
    room = Room(entries=3)
    room.commit(observed(4), observed(5))

    opening = asyncio.run(room.opening(3))

    as_models(opening)
    assert [m["type"] for m in opening] == ["hello", "frame"]
    assert numbers(opening[1:]) == [4, 5]


def test_a_screen_resumes_from_the_journal_when_the_hub_has_forgotten():
    room = Room(entries=5000)
    room.commit(observed(5001))

    opening = asyncio.run(room.opening(10))

    assert {"hello", "frame"} == {m["type"] for m in opening}
    assert list(range(11, 5002)) == numbers(opening[1:])
    assert opening[1]["first"] == 11


def test_a_screen_that_is_up_to_date_is_sent_nothing_again():
    assert [m["type"] for m in asyncio.run(Room(entries=3).opening(3))] == ["hello"]


def test_a_number_that_is_gone_or_unknown_gets_a_snapshot(monkeypatch):
    monkeypatch.setattr(hub_module, "RESUME_MAX", 100)
    room = Room(entries=300)

    assert [m["type"] for m in asyncio.run(room.opening(5))] == ["hello", "snapshot"]
    assert [m["type"] for m in asyncio.run(room.opening(999))] == ["hello", "snapshot"]


def test_entries_committed_while_a_screen_catches_up_are_not_missed():
    room = Room(entries=6000)
    read = room.hub._read

    def slow_read(realm, after, limit):
        entries = read(realm, after, limit)
        if after == 0:
            room.journal.append(observed(len(room.journal) + 1))
        return entries

    room.hub._read = slow_read

    async def scene():
        first = room.hub.n

        async def commit_meanwhile():
            entry = observed(first + 1)
            if len(room.journal) == first:
                room.journal.append(entry)
            room.hub.announced([entry], evolve_all(room.hub.situation, [entry]))

        opening, _ = await asyncio.gather(room.opening(0), commit_meanwhile())
        return opening

    opening = asyncio.run(scene())
    assert list(range(1, 6002)) == numbers(opening[1:])


def test_every_screen_is_dealt_the_same_frames_and_a_beat():
    async def scene():
        room = Room(entries=1)
        running = asyncio.create_task(room.hub.run())
        async with room.hub.joined(1) as (one, _), room.hub.joined(1) as (other, _):
            room.commit(observed(2, "a"), observed(3, "a"), observed(4))
            async with asyncio.timeout(2):
                while one.mailbox.n < 4:
                    await one.bell.wait()
                    one.bell.clear()
            frames = one.mailbox.take(), other.mailbox.take()
            beats = one.beats[-1]
        running.cancel()
        return frames, beats

    (one, other), beat = asyncio.run(scene())
    assert one is other
    assert numbers([json.loads(one)]) == [3, 4]
    as_models([json.loads(one), json.loads(beat)])


def test_screens_are_not_sent_what_they_are_not_shown():
    room = Room(entries=1)
    room.commit(observed(2))

    text = json.dumps(asyncio.run(room.opening(1)))

    assert "secret" not in text


def test_folding_what_is_shown_gives_the_same_picture():
    entries = [observed(n, "t" if n % 3 == 0 else None) for n in range(1, 30)]

    whole = evolve_all(Situation("live"), entries)
    shown = evolve_all(Situation("live"), map(shown_entry, entries))

    assert picture(whole) == picture(shown)
