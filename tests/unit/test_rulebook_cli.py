"""`tocsin rules`: show, check, rehearse; arming over HTTP is in the integration tests."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from deciding import Room, metres_north
from tocsin import cli
from tocsin.engine.inputs import CommandGiven
from tocsin.exercises.collection import scenario_folder
from tocsin.journal.store import Journal
from tocsin.rulebook import TABLES, read_rulebook, shipped, shipped_texts

LOOSER = shipped_texts()["weights"].replace("join: 0.75", "join: 0.50")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main(["rules", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


@pytest.fixture
def looser(tmp_path: Path) -> Path:
    folder = tmp_path / "looser"
    folder.mkdir()
    (folder / "weights.yaml").write_text(LOOSER)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A journal with two calls of which it is asked whether they are one."""
    folder = tmp_path / "data"
    folder.mkdir()
    journal = Journal.open(f"sqlite:///{folder / 'journal.db'}")
    room = Room()
    room.observe("here")
    room.wait(20)
    room.observe("there", at=metres_north(100))
    journal.commit("live", room.entries)
    journal.close()
    return folder


def armed_in(data: Path) -> None:
    journal = Journal.open(f"sqlite:///{data / 'journal.db'}")
    room = Room()
    room.observe("here")
    room.wait(20)
    room.observe("there", at=metres_north(100))
    document = {"command": "arm_rules", "tables": {"weights": LOOSER}, "note": "one is enough"}
    entries = room.decide(CommandGiven(room.at, "admin 1", document, "admin"))
    journal.commit("live", entries)
    journal.close()


def test_the_shipped_tables_are_written_out_to_begin_from(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("show", tmp_path / "rules")

    assert code == 0
    assert out.split() == [str(tmp_path / "rules" / f"{name}.yaml") for name in TABLES]
    again, _, err = run("show", tmp_path / "rules")
    assert again == 2
    assert "is there already" in err


def test_shown_is_what_is_in_force_and_since_when(run: Run, data: Path, tmp_path: Path) -> None:
    assert run("show", "--data", data)[1] == f"live: rules {shipped().version}\n"

    armed_in(data)

    code, out, _ = run("show", "--data", data)
    version = read_rulebook({"weights": LOOSER}).version
    assert code == 0
    assert out.startswith(f"live: rules {version}\n")
    assert f"{version} (weights), by admin 1: one is enough" in out
    run("show", tmp_path / "now", "--data", data)
    assert (tmp_path / "now" / "weights.yaml").read_text() == LOOSER
    run("show", tmp_path / "then", "--data", data, "--shipped")
    assert (tmp_path / "then" / "weights.yaml").read_text() == shipped_texts()["weights"]


def test_a_good_folder_is_told_its_version(run: Run, looser: Path) -> None:
    code, out, _ = run("check", looser)

    assert code == 0
    version = read_rulebook({"weights": LOOSER}).version
    assert f"rules {version}; weights differ from the shipped ({shipped().version})" in out


@pytest.mark.parametrize("job", ["check", "rehearse"])
def test_a_wrong_folder_is_told_by_its_lines(job: str, run: Run, looser: Path) -> None:
    (looser / "weights.yaml").write_text(LOOSER.replace("join: 0.50", "join: half"))
    (looser / "severity.yaml").write_text("version: [")

    code, out, err = run(job, looser)

    assert (code, out) == (1, "")
    assert "tocsin: weights.yaml:5: join: " in err
    assert "tocsin: severity.yaml:1: " in err


def test_a_rehearsal_over_the_journal_names_what_would_differ(
    run: Run, data: Path, looser: Path
) -> None:
    code, out, _ = run("rehearse", looser, "--data", data)

    assert code == 0
    assert "live: 2026-01-08T" in out  # seven days up to the last entry
    assert "Incidents that only today's rules open:" in out
    assert "cad:112 there" in out


def test_a_rehearsal_after_arming_has_nothing_to_tell(run: Run, data: Path, looser: Path) -> None:
    armed_in(data)

    _, out, _ = run("rehearse", looser, "--data", data, "--last", "1h")

    assert "No difference" in out


def test_without_a_folder_the_shipped_rules_are_rehearsed(run: Run, data: Path) -> None:
    armed_in(data)

    code, out, _ = run("rehearse", "--data", data, "--from", "2026-01-15T00:00:00Z")

    assert code == 0
    assert "Incidents that only the changed rules open:" in out


def test_scenarios_need_no_journal_and_come_out_as_json(run: Run, looser: Path) -> None:
    scenario = scenario_folder() / "sc-01-convoy-annie-cordy.yaml"

    code, out, _ = run("rehearse", looser, "--scenarios", scenario, "--json")

    (found,) = orjson.loads(out)
    assert code == 0
    assert found["on"] == scenario.stem
    assert found["changed"]["version"] == read_rulebook({"weights": LOOSER}).version


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--last", "a week"], "write 7d, 12h or 90m"),
        (["--from", "yesterday"], "write 2026-01-15T08:00:00+01:00"),
        (["--from", "2026-01-15T08:00:00"], "without its offset"),
        (["--from", "2027-01-15T08:00:00Z"], "comes before --to"),
        (["--from", "2026-01-15T08:00:00Z", "--last", "1d"], "give one of them"),
        (["--realm", "exercise-none"], "the journal has live"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    options: list[str], complaint: str, run: Run, data: Path, looser: Path
) -> None:
    code, _, err = run("rehearse", looser, "--data", data, *options)

    assert code == 2
    assert complaint in err


def test_without_journal_and_without_tocsin_there_is_a_sentence(run: Run, looser: Path) -> None:
    code, _, err = run("rehearse", looser)
    assert code == 2
    assert "there is no journal" in err

    code, _, err = run("arm", looser, "--note", "why", "--http", "127.0.0.1:9")
    assert code == 2
    assert "no Tocsin answers at http://127.0.0.1:9" in err
