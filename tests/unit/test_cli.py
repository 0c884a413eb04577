"""Errors of the command line are sentences on standard error with exit code 2, never tracebacks."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tocsin
from deciding import Room, metres_north
from tocsin import cli
from tocsin.journal.store import Journal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may find, or leave, a `var` folder beside the code."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(list(arguments))
        except SystemExit as leave:  # argparse's own way
            code = int(leave.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder with a small journal of two realms."""
    journal = Journal.open(f"sqlite:///{tmp_path / 'journal.db'}")
    for realm in ("live", "exercise-one"):
        room = Room(realm)
        room.observe("first", facts={"fire": True})
        room.observe("second", at=metres_north(10))
        journal.commit(realm, room.entries)
    journal.close()
    return tmp_path


REFUSED: list[tuple[list[str], str]] = [
    (["dance"], "invalid choice"),
    (["run", "--colour", "red"], "unrecognized arguments"),
    (["run", "--mqtt-port", "x"], "invalid int value"),
    (["run", "--http", "0.0.0.0:80"], "http: "),
    (["run", "--http", "127.0.0.1"], "write HOST:PORT"),
    (["run", "--mqtt", "http://x"], "mqtt: the broker's address must read mqtt://HOST:PORT"),
    (["run", "--mqtt", "mqtt://x:99999"], "mqtt: "),
    (["run", "--mqtt-port", "70000"], "mqtt_port: "),
    (["run", "--demo-speed", "0"], "demo_speed: "),
    (["run", "--log-level", "LOUD"], "log_level: "),
    (["run", "--config", "nowhere.toml"], "nowhere.toml: No such file"),
    (["run", "--config", "."], "Is a directory"),
    (["run", "--config", "bad.toml"], "bad.toml: "),
    (["run", "--data", "a-file"], "--data a-file: "),
    (["engine"], "mqtt: the engine needs a broker"),
    (["engine", "--mqtt", "mqtt://127.0.0.1"], "redis: the engine needs Redis"),
    (
        ["engine", "--mqtt", "mqtt://127.0.0.1", "--redis", "http://x"],
        "redis: the address of Redis must read redis://",
    ),
    (["gateway"], "redis: a gateway needs Redis"),
    (["gateway", "--redis", "x"], "redis: the address of Redis must read redis://"),
    (["adapter"], "required"),
    (["adapter", "cap"], "mqtt: an adapter needs a broker"),
    (["adapter", "cap", "--mqtt", "mqtt://127.0.0.1"], "no source uses the adapter 'cap'"),
    (["journal"], "required"),
    (["journal", "burn"], "invalid choice"),
    (["journal", "verify", "--data", "nowhere"], "there is no journal in nowhere"),
    (["journal", "replay", "--data", "nowhere"], "there is no journal in nowhere"),
    (["journal", "verify", "--database", "x"], "the journal: "),
    (["journal", "verify", "--database", "oracle://x/y"], "the journal: "),
    (["journal", "verify", "--database", "postgresql+psycopg://u@127.0.0.1:1/x"], "the journal: "),
    (["contract", "a-file"], "a-file: "),
]


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[" ".join(a) for a, _ in REFUSED])
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    (tmp_path / "bad.toml").write_text("mqtt = \n")

    code, out, err = run(*arguments)

    assert code == 2
    assert sentence in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TOCSIN_DEMO", "perhaps", "demo: "),
        ("TOCSIN_ADAPTERS", "no list", "adapters"),
        ("TOCSIN_HTTP", "example.org:80", "http: "),
        ("TOCSIN_MQTT_PASSWORD_FILE", "nowhere.txt", "nowhere.txt: No such file"),
    ],
)
def test_a_bad_variable_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)

    code, out, err = run("adapter", "cap", "--mqtt", "mqtt://user@127.0.0.1")

    assert code == 2
    assert sentence in err
    assert "Traceback" not in out + err


def test_every_line_of_a_complaint_says_who_complains(run: Run) -> None:
    _, _, err = run("run", "--http", "x", "--mqtt", "y")

    assert len(err.splitlines()) == 2
    assert all(line.startswith("tocsin: ") for line in err.splitlines())


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    code, out, _ = run()

    assert code == 2
    assert "usage: tocsin" in out


def test_the_version_is_told(run: Run) -> None:
    assert run("--version")[:2] == (0, f"tocsin {tocsin.__version__}\n")


def test_help_of_run_needs_nothing_to_be_running(tmp_path: Path) -> None:
    """In a process of its own: the entry point itself is what people type."""
    done = subprocess.run(
        [sys.executable, "-m", "tocsin.cli", "run", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "--no-demo" in done.stdout
    assert not (tmp_path / "var").exists()


# --- the journal's companions


def test_a_journal_as_it_was_written_is_verified(run: Run, folder: Path) -> None:
    code, out, err = run("journal", "verify", "--data", str(folder))

    assert (code, err) == (0, "")
    assert "live: " in out
    assert "exercise-one: " in out
    assert "the chain holds" in out


def test_a_journal_decides_again_as_it_did(run: Run, folder: Path) -> None:
    code, out, err = run("journal", "replay", "--data", str(folder), "--realm", "live")

    assert (code, err) == (0, "")
    assert out == "live: decided again, every entry is the same\n"


@pytest.mark.parametrize("job", ["verify", "replay"])
def test_a_realm_that_is_not_there_is_named(run: Run, folder: Path, job: str) -> None:
    code, _, err = run("journal", job, "--data", str(folder), "--realm", "exercise-two")

    assert code == 2
    assert "exercise-two: the journal has exercise-one, live" in err


def alter(folder: Path, n: int, change: str) -> None:
    with sqlite3.connect(folder / "journal.db") as database:
        database.execute(
            f"UPDATE entries SET {change} WHERE realm = 'live' AND n = ?",
            (n,),
        )
    database.close()


@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '\"severity\":1', '\"severity\":4')",
        "at = '2020-01-01T00:00:00.000Z'",
        "body = 'no json'",
    ],
)
def test_an_altered_row_is_named(run: Run, folder: Path, change: str) -> None:
    alter(folder, 2, change)

    code, out, err = run("journal", "verify", "--data", str(folder))

    assert (code, err) == (1, "")
    assert "live: ALTERED at entry 2: " in out
    assert "exercise-one: " in out
    assert "the chain holds" in out


def test_a_decision_that_would_not_be_taken_today_is_named(run: Run, folder: Path) -> None:
    alter(folder, 2, "body = replace(body, '\"severity\":1', '\"severity\":4')")

    code, out, err = run("journal", "replay", "--data", str(folder), "--realm", "live")

    assert (code, err) == (1, "")
    assert "live: entry 2 comes out differently" in out


def test_a_row_that_is_no_json_is_told_in_a_sentence(run: Run, folder: Path) -> None:
    alter(folder, 2, "body = 'no json'")

    code, out, err = run("journal", "replay", "--data", str(folder), "--realm", "live")

    assert code == 2
    assert "entry 2" in err
    assert "Traceback" not in out + err


def test_a_file_that_is_no_database_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database, whatever its name" * 100)

    code, _, err = run("journal", "verify", "--data", str(tmp_path))

    assert code == 2
    assert "damaged" in err


def test_the_contract_is_written_where_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("contract", str(tmp_path / "contract"))

    assert code == 0
    assert sorted(Path(line).name for line in out.splitlines()) == [
        "asyncapi.json",
        "commands.schema.json",
        "observation.schema.json",
        "openapi.json",
        "scenario.schema.json",
        "source-status.schema.json",
    ]
