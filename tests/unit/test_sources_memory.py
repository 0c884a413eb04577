"""What an adapter remembers: on disk with what it said, bounded, back after a restart."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest

from services import Clock
from source_bench import Bench
from tocsin.contract import Observation, Receipt, Translation
from tocsin.contract.adapter import MAX_MEMORY_KEYS, MAX_MEMORY_VALUE
from tocsin.sources import Outbox, OutboxFull, SourceConfig
from tocsin.sources.desk import Busy
from tocsin.sources.memory import FULL, Memory
from tocsin.sources.outbox import Message


class RememberingAdapter:
    """A payload is what to remember, as JSON; each observation shows what was remembered before."""

    name: ClassVar[str] = "remembering"
    max_bytes: ClassVar[int] = 1_000_000

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        known = ",".join(f"{key}={value[:9]}" for key, value in sorted(receipt.memory.items()))
        seen = Observation(
            source=receipt.source,
            external_id=known[:300] or "nothing",
            kind="camera_status",
            legal_regime=receipt.legal_regime or "reseau_transport",
        )
        return Translation(observations=[seen], remember=orjson.loads(payload))


Make = Callable[..., Bench]


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Iterator[Make]:
    """Benches one after another on the same outbox, as processes would be."""
    made: list[Bench] = []

    def begin(**settings: Any) -> Bench:
        for before in made:
            before.close()
        made.clear()
        config = SourceConfig.model_validate(
            {"adapter": "remembering", "source": "lines:x", "mqtt": True, **settings}
        )
        outbox = Outbox(tmp_path / "o.sqlite", config.outbox_bytes)
        made.append(Bench(outbox, clock, RememberingAdapter(), config))
        return made[-1]

    yield begin
    for one in made:
        one.close()


def say(bench: Bench, remember: Mapping[str, str | None], **more: Any) -> None:
    bench.desk.take(orjson.dumps(dict(remember)), "test", **more)


def test_the_next_message_sees_what_the_one_before_left(make: Make) -> None:
    bench = make()
    say(bench, {"a": "1", "b": "2"})
    say(bench, {"a": None, "b": "3"})
    say(bench, {})
    assert bench.facts() == ["nothing", "a=1,b=2", "b=3"]


def test_memory_survives_a_restart(make: Make) -> None:
    say(make(), {"a": "1", "gone": "x"})
    say(make(), {"gone": None})
    again = make()
    say(again, {})
    assert again.facts()[-1] == "a=1"


def test_what_could_not_be_kept_is_not_remembered_either(make: Make) -> None:
    """Else a snapshot's diff would be lost with the message that told it."""
    bench = make(outbox_bytes=64 * 1024)
    filler = b"x" * 65_500
    bench.outbox.put([Message("other", filler, bench.clock.now())])
    with pytest.raises(Busy):
        say(bench, {"a": "1"}, patient=False)
    assert bench.outbox.memory() == {}
    bench.outbox.remove_up_to(bench.outbox.newest_seq())
    say(bench, {})
    assert bench.facts() == ["nothing"]


def test_the_outbox_writes_memory_with_the_messages_or_not_at_all(
    tmp_path: Path, clock: Clock
) -> None:
    outbox = Outbox(tmp_path / "o.sqlite", 100)
    outbox.put([Message("t", b"x" * 60, clock.now())], None, {"a": "1"})
    with pytest.raises(OutboxFull):
        outbox.put([Message("t", b"x" * 60, clock.now())], None, {"a": None, "b": "2"})
    assert outbox.memory() == {"a": "1"}
    outbox.put([], None, {"a": None, "never": None})
    assert outbox.memory() == {}
    outbox.close()


def test_a_note_that_is_too_long_is_rejected_and_the_rest_is_kept(make: Make) -> None:
    bench = make()
    say(bench, {"long": "x" * (MAX_MEMORY_VALUE + 1), "short": "1"})
    (report,) = bench.reports()
    assert report["rule"] == "memory_full"
    assert "at most 4096" in report["message"]
    assert bench.troubles.first() == FULL
    say(bench, {"short": "2"})
    assert bench.troubles.first() is None
    assert bench.facts() == ["nothing", "short=1"]


def test_more_keys_than_there_is_room_for_are_rejected_and_counted() -> None:
    memory = Memory({str(n): "x" for n in range(MAX_MEMORY_KEYS - 1)})
    changes, finding = memory.judge({"a": "1", "b": "2", "c": "3", "0": "y"})
    assert changes == {"a": "1", "0": "y"}
    assert finding is not None
    assert finding.message.startswith("2 notes are not remembered: at most 20000 keys")
    memory.accept(changes)
    changes, finding = memory.judge({"1": None, "b": "2"})  # what is forgotten makes room
    assert (changes, finding) == ({"1": None, "b": "2"}, None)


def test_what_did_not_change_is_not_written_again() -> None:
    assert Memory({"a": "1"}).judge({"a": "1", "unknown": None}) == ({}, None)


@pytest.mark.parametrize(
    "asked", [{"a": 3}, {3: "a"}, {"\ud800": "a"}, {"a": "\udfff"}, {"k" * 1025: "a"}]
)
def test_notes_that_are_no_text_are_rejected_not_written(asked: dict[Any, Any]) -> None:
    changes, finding = Memory({}).judge(asked)
    assert changes == {}
    assert finding is not None


def test_the_memory_that_an_adapter_is_shown_cannot_be_changed_by_it() -> None:
    with pytest.raises(TypeError):
        Memory({"a": "1"}).view["a"] = "2"  # type: ignore[index]


def test_maturity_and_legal_regime_come_from_the_configuration(make: Make) -> None:
    bench = make(maturity="trial", legal_regime="LFP_police")
    say(bench, {})
    data = bench.messages()[0][1]["data"]
    assert (data["maturity"], data["legal_regime"]) == ("trial", "LFP_police")


@pytest.mark.parametrize(
    ("realm", "tells_mode", "mode"),
    [
        ("exercise-one", False, "exercise"),
        ("exercise-one", True, "real"),  # it could have said it; the ingest refuses it
        ("live", False, "real"),
    ],
)
def test_in_an_exercise_a_format_without_a_word_for_it_is_marked(
    make: Make, realm: str, tells_mode: bool, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RememberingAdapter, "tells_mode", tells_mode, raising=False)
    bench = make(realm=realm)
    say(bench, {})
    assert bench.messages()[0][1]["data"]["mode"] == mode


def test_without_a_maturity_in_the_configuration_none_is_claimed(make: Make) -> None:
    bench = make()
    say(bench, {})
    assert "maturity" not in bench.messages()[0][1]["data"]
