"""The kit on the command line: an adapter is tried, begun, and what was recorded is planned."""

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin import adapter_cli, cli
from tocsin.contract import Finding, Observation, Receipt, Translation
from tocsin.settings import SettingsError
from tocsin.sources.recording import (
    NotARecording,
    Recorded,
    line_of,
    played_back,
    read_recording,
)
from tocsin.sources.starting import NotStarted, start_adapter
from tocsin.sources.tryout import try_adapter

CAP = Path(__file__).parents[1] / "fixtures" / "cap" / "own-meteoalarm-wind.xml"
AT = datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC)
RECEIPT = Receipt("odd:test", "live", AT)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(list(arguments))
        except SystemExit as leave:
            code = int(leave.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


# adapter test


def test_a_good_file_is_shown_and_all_is_well(run: Run) -> None:
    code, out, _ = run("adapter", "test", "cap", str(CAP), "--at", "2026-01-15T16:41:07+01:00")
    assert code == 0
    assert "1 observation, 0 warnings, 0 rejections" in out
    assert "    headline: Avertissement orange : vent" in out
    assert "    received_at: 2026-01-15T15:41:07Z" in out


def test_a_rejected_file_says_why_and_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_text("<alert><identifier>")
    code, out, _ = run("adapter", "test", "cap", str(CAP), "bad.xml")
    assert code == 1
    assert "  REJECTED xml_syntax" in out


def test_the_same_as_json_is_a_line_for_each_file(run: Run) -> None:
    code, out, _ = run(
        *("adapter", "test", "cap", str(CAP), str(CAP), "--json"),
        *("--source", "cap:mine", "--realm", "exercise-one", "--option", 'languages=["nl"]'),
    )
    first, second = map(json.loads, out.splitlines())
    assert code == 0
    (seen,) = first["observations"]
    assert (seen["source"], seen["headline"]) == ("cap:mine", "Oranje waarschuwing voor wind")
    assert first["size"] == second["size"] == CAP.stat().st_size
    assert first["rejections"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--option", "speed=3"], "there is no option 'speed'"),
        (["--option", "speed"], "write KEY=VALUE"),
        (["--at", "noon"], "--at noon: no time"),
        (["--at", "2026-01-15T16:41:07"], "it has no offset"),
        (["--realm", "training"], "realm: String should match pattern"),
        (["--legal-regime", "mine"], "invalid choice: 'mine'"),
        (["missing.xml"], "missing.xml: No such file"),
    ],
)
def test_what_is_asked_wrong_is_a_sentence(run: Run, more: list[str], said: str) -> None:
    code, _, err = run("adapter", "test", "cap", str(CAP), *more)
    assert code == 2
    assert said in err


def test_an_adapter_that_is_not_there_is_named_beside_those_that_are(run: Run) -> None:
    code, _, err = run("adapter", "test", "nosuch", str(CAP))
    assert code == 2
    assert "'nosuch' is enabled but not installed; installed: " in err


class OddAdapter:
    """Breaks each promise when it is asked to."""

    name: ClassVar[str] = "odd"
    max_bytes: ClassVar[int] = 10

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        if payload == b"raise":
            raise RuntimeError("as asked")
        source = "other:x" if payload == b"other" else receipt.source
        seen = Observation(source=source, external_id="1", kind="event")
        if payload == b"huge":
            seen = seen.model_copy(update={"attributes": {"text": "x" * 70_000}})
        before = receipt.memory.get("n", "0")
        warnings = [Finding("count", before)]
        return Translation([seen], warnings, remember={"n": str(int(before) + 1)})


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        (b"raise", "adapter_failed"),
        (b"other", "wrong_source"),
        (b"huge", "observation_too_large"),
        (b"x" * 11, "too_large"),
    ],
)
def test_the_harness_refuses_what_the_runner_would_refuse(payload: bytes, rule: str) -> None:
    (tried,) = try_adapter(OddAdapter(), [("f", payload)], RECEIPT)
    assert [finding.rule for finding in tried.translation.rejections] == [rule]
    assert not tried.translation.observations


def test_the_memory_goes_from_one_file_to_the_next() -> None:
    tried = try_adapter(OddAdapter(), [("a", b"a"), ("b", b"b"), ("c", b"c")], RECEIPT)
    assert [one.translation.warnings[0].message for one in tried] == ["0", "1", "2"]


# adapter new


def test_a_new_adapter_is_a_package_whose_files_are_told(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("adapter", "new", "river_level", "mine")
    assert code == 0
    assert [Path(line).relative_to("mine").as_posix() for line in out.splitlines()] == [
        "pyproject.toml",
        "README.md",
        "tocsin_adapter_river_level/__init__.py",
        "tests/test_river_level.py",
        "tests/example.json",
    ]
    written = "".join(Path(line).read_text("utf-8") for line in out.splitlines())
    assert "$" not in written
    assert "RiverLevelAdapter" in written
    assert 'name = "tocsin-adapter-river-level"' in written


def test_nothing_that_is_there_is_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.py").write_text("precious")
    code, _, err = run("adapter", "new", "river", "mine")
    assert (code, "not empty" in err) == (2, True)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["work.py"]


@pytest.mark.parametrize("name", ["", "River", "7up", "a-b", "a.b", "../x", "x" * 41])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="is no name"):
        start_adapter(name, tmp_path / "new")


def test_what_the_template_makes_is_well_formed(tmp_path: Path) -> None:
    start_adapter("river", tmp_path / "new")
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--line-length", "100", "."],
        cwd=tmp_path / "new",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


# record and replay


def test_a_recording_is_read_back_as_it_was() -> None:
    kept = [
        Recorded(AT, "frigate/events", b"{}", 1, retained=True),
        Recorded(AT + timedelta(seconds=1), "a/é", bytes(range(256))),
    ]
    assert list(read_recording([line_of(one) for one in kept] + ["\n"])) == kept


@settings(deadline=None)
@given(st.binary(max_size=100), st.text(min_size=1, max_size=30))
def test_any_message_survives_the_file(payload: bytes, topic: str) -> None:
    (back,) = read_recording([line_of(Recorded(AT, topic, payload))])
    assert (back.topic, back.payload) == (topic, payload)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"at": "x"}',
        '{"at": "2026-01-15T15:41:07Z", "topic": "a"}',
        '{"at": "2026-01-15T15:41:07", "topic": "a", "payload": ""}',
        '{"at": "2026-01-15T15:41:07Z", "topic": "a", "payload": "?"}',
    ],
)
def test_a_line_that_is_no_message_is_named(line: str) -> None:
    good = line_of(Recorded(AT, "a", b""))
    with pytest.raises(NotARecording, match="line 2 is no recorded message"):
        list(read_recording([good, line]))


def plan(
    *topics: str, speed: float = 1.0, realm: str | None = None, **begin: str
) -> list[tuple[float, str]]:
    messages = [Recorded(AT + timedelta(seconds=n), topic, b"") for n, topic in enumerate(topics)]
    return [(after_s, topic) for after_s, topic, _ in played_back(messages, speed, begin, realm)]


def test_messages_come_in_their_rhythm_or_faster() -> None:
    assert plan("a", "b", "c") == [(0.0, "a"), (1.0, "b"), (2.0, "c")]
    assert plan("a", "b", "c", speed=4)[2] == (0.5, "c")
    assert plan("a", "b", "c", speed=0)[2] == (0.0, "c")


def test_the_beginning_of_a_topic_can_be_exchanged() -> None:
    topics = ("frigate", "frigate/events", "frigates/x", "a/frigate")
    assert [topic for _, topic in plan(*topics, frigate="test/f")] == [
        "test/f",
        "test/f/events",
        "frigates/x",
        "a/frigate",
    ]


def test_what_was_recorded_in_the_room_goes_only_where_it_is_told() -> None:
    """A recording of the live realm must not fall back into it unasked."""
    with pytest.raises(NotARecording, match="--realm"):
        plan("tocsin/v1/live/observations/cap:x")
    assert plan("tocsin/v1/live/raw/cap:x", "frigate/events", realm="exercise-one") == [
        (0.0, "tocsin/v1/exercise-one/raw/cap:x"),
        (1.0, "frigate/events"),
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "mqtt: name the broker"),
        (["--mqtt", "mqtt://127.0.0.1:1", "--speed", "-1"], "--speed: 1 is life"),
        (["--mqtt", "mqtt://127.0.0.1:1", "--realm", "room"], "--realm room: write live or"),
        (["--mqtt", "mqtt://127.0.0.1:1", "--topic-map", "a"], "--topic-map a: write OLD=NEW"),
        (["--mqtt", "mqtt://127.0.0.1:1"], "no broker at mqtt://127.0.0.1:1"),
    ],
)
def test_a_replay_asked_wrong_is_a_sentence(
    run: Run, tmp_path: Path, more: list[str], said: str
) -> None:
    (tmp_path / "r.jsonl").write_text("")
    code, _, err = run("replay", "r.jsonl", *more)
    assert code == 2
    assert said in err


def test_a_recording_is_not_written_over_unasked_and_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.jsonl"
    with adapter_cli._opened(file, force=False) as made:
        made.write("first")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(SettingsError, match="--force overwrites it"):
        adapter_cli._opened(file, force=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "n")
    with pytest.raises(SettingsError, match="left as it is"):
        adapter_cli._opened(file, force=False)
    assert file.read_text() == "first"
    monkeypatch.setattr("builtins.input", lambda _: "y")
    adapter_cli._opened(file, force=False).close()
    assert file.read_text() == ""
