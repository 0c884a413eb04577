"""What a feed tells from one publication to the next: laws that hold for any history."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import NOW
from tocsin.contract import Observation
from tocsin_adapters.reading import snapshot as module
from tocsin_adapters.reading.findings import Findings
from tocsin_adapters.reading.memory import Memory
from tocsin_adapters.reading.snapshot import Snapshot, Told, bounded

MINUTE = timedelta(minutes=1)


class History:
    """One feed over time, with its memory between the publications."""

    def __init__(self, *, complete: bool = True) -> None:
        self.kept: dict[str, str] = {}
        self.at = NOW
        self.complete = complete
        self.findings = Findings()

    def publish(
        self, *told: Told, gone: tuple[str, ...] = (), at: datetime | None = None
    ) -> list[Observation]:
        self.at = at or self.at + MINUTE
        memory = Memory(self.kept)
        here = Snapshot("f", "x:test", self.at, self.complete, memory, self.findings)
        found = here.changes(told, gone)
        for key, value in memory.changes.items():
            if value is None:
                self.kept.pop(key, None)
            else:
                self.kept[key] = value
                assert len(value) < 4096
        return found


def thing(key: str, version: int = 1, *, over: Any = "", group: str = "", **facts: Any) -> Told:
    facts = {"source": "x:test", "external_id": f"{key}@{version}", "kind": "event", **facts}
    return Told(key, facts, group=group, over=over)


STATES = st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 3), st.booleans()))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(history=st.lists(STATES, max_size=8))
def test_every_publication_is_told_by_what_changed(history: list[dict[str, Any]]) -> None:
    """No id twice; what stands in the feed has been told, what left it has ended."""
    feed = History()
    seen: set[str] = set()
    lives: dict[str, str] = {}
    for state in history:
        told = [
            thing(key, version, headline="loud" if loud else "quiet")
            for key, (version, loud) in state.items()
        ]
        for observation in feed.publish(*told):
            key = observation.external_id[0]
            assert observation.external_id not in seen
            seen.add(observation.external_id)
            lives[key] = observation.action
        assert {key for key, action in lives.items() if action != "end"} == set(state)
        assert feed.publish(*told) == []  # the same again is no news


def test_the_same_version_that_comes_back_has_an_id_of_its_own() -> None:
    feed = History()
    ids = []
    for _ in range(3):
        ids += [o.external_id for o in feed.publish(thing("a"))]
        ids += [o.external_id for o in feed.publish()]
    assert ids == ["a@1", "a@1|end", "a@1#1", "a@1#1|end", "a@1#2", "a@1#2|end"]


def test_what_ended_a_day_ago_begins_anew() -> None:
    feed = History()
    feed.publish(thing("a"))
    feed.publish()
    (again,) = feed.publish(thing("a"), at=NOW + timedelta(hours=30))
    assert again.action == "new"


def test_only_the_last_part_ends_a_group() -> None:
    feed = History()
    feed.publish(thing("a", group="g"), thing("b", group="g"))
    (part,) = feed.publish(thing("a", group="g"))
    assert (part.action, part.attributes["part_ended"]) == ("update", True)
    (last,) = feed.publish()
    assert last.action == "end"


def test_parts_that_end_together_all_end() -> None:
    feed = History()
    feed.publish(thing("a", group="g"), thing("b", group="g"))
    assert [o.action for o in feed.publish()] == ["end", "end"]


def test_what_its_sender_calls_over_ends_once() -> None:
    feed = History()
    feed.publish(thing("a"))
    assert [o.action for o in feed.publish(thing("a", over="end"))] == ["end"]
    assert feed.publish(thing("a", over="end")) == []
    assert feed.publish() == []


def test_a_cancelled_part_is_cancelled_whatever_goes_on_beside_it() -> None:
    feed = History()
    feed.publish(thing("a", group="g"), thing("b", group="g"))
    (told,) = feed.publish(thing("a", group="g"), thing("b", 2, group="g", over="cancel"))
    assert told.action == "cancel"


def test_a_thing_names_its_leader() -> None:
    feed = History()
    follower = thing("b")
    follower.leader = "a"
    _, told = feed.publish(thing("a"), follower)
    assert told.chain == ["a@1"]


def test_fleeting_facts_alone_are_no_news() -> None:
    feed = History()

    def jam(speed: int, level: int) -> Told:
        told = thing("j", attributes={"speed": speed, "level": level})
        told.fleeting = frozenset({"speed"})
        return told

    feed.publish(jam(10, 3))
    assert feed.publish(jam(12, 3)) == []
    assert len(feed.publish(jam(12, 4))) == 1


def test_a_feed_of_changes_ends_only_what_it_names() -> None:
    feed = History(complete=False)
    feed.publish(thing("a"), thing("b"))
    assert feed.publish() == []
    assert [o.chain for o in feed.publish(gone=("b", "never heard of"))] == [["b@1"]]


def test_a_late_message_of_changes_does_not_undo_a_later_one() -> None:
    feed = History(complete=False)
    feed.publish(thing("a", 2), at=NOW)
    assert feed.publish(thing("a", 1), at=NOW - MINUTE) == []
    assert [f.rule for f in feed.findings.warnings] == ["late_message"]


def test_a_late_picture_ends_nothing_and_takes_nothing_back_and_may_tell_what_nobody_told() -> None:
    feed = History()
    feed.publish(thing("a", 2), thing("b"), at=NOW)
    found = feed.publish(thing("a", 1), thing("c"), at=NOW - MINUTE)
    assert [(o.action, o.external_id) for o in found] == [("new", "c@1")]
    assert [f.rule for f in feed.findings.warnings] == ["late_publication"]
    ended = feed.publish(thing("a", 2), thing("b"), at=NOW + MINUTE)
    assert [(o.action, o.chain) for o in ended] == [("end", ["c@1"])]


def test_one_thing_the_contract_refuses_costs_no_other() -> None:
    feed = History()
    found = feed.publish(thing("a", headline="x" * 400), thing("b"))
    assert [o.external_id for o in found] == ["b@1"]
    assert [f.rule for f in feed.findings.rejections] == ["not_an_observation"]


def test_what_is_followed_is_bounded_and_the_oldest_ended_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_FOLLOWED", 2)
    feed = History()
    feed.publish(thing("a"))
    feed.publish(thing("b"), thing("c"))
    notes = [key for key in feed.kept if key.startswith("seen:")]
    assert sorted(notes) == ["seen:f|b", "seen:f|c"]
    feed.publish(thing("b"), thing("c"), thing("d"))
    assert len([key for key in feed.kept if key.startswith("seen:")]) == 2
    assert "too_many_followed" in [f.rule for f in feed.findings.warnings]


def test_a_damaged_note_is_forgotten() -> None:
    feed = History()
    feed.publish(thing("a"))
    feed.kept["seen:f|a"] = "no note"
    assert [o.action for o in feed.publish(thing("a"))] == ["new"]


def test_keys_of_any_length_stay_apart() -> None:
    long = {bounded("x" * n) for n in (200, 201, 300, 5000)}
    assert len(long) == 4
    assert all(len(key) <= 200 for key in long)
