"""The library on the command line and over REST, with a house's own scenarios beside it."""

import warnings
from pathlib import Path
from typing import Any, cast

import pytest

from tocsin.cli import main
from tocsin.exercises.library import Library
from tocsin.exercises.scenario import load_scenario, read_scenario
from tocsin.web.application import make_application
from tocsin.web.rooms import Rooms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

SHIPPED = Path(__file__).parents[2] / "scenarios"
SC_01B = SHIPPED / "sc-01b-waste-avenue-du-port.yaml"


def furnished(folder: Path) -> Path:
    """A house's folder: one scenario of its own, and one with a mistake."""
    text = SC_01B.read_text("utf-8")
    (folder / "drill.yaml").write_text(text.replace("scenario: sc-01b", "scenario: drill"), "utf-8")
    (folder / "wrong.yaml").write_text("scenario: wrong\n", "utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return furnished(tmp_path)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    nobody = cast(Any, None)
    folder = furnished(tmp_path_factory.mktemp("own"))
    rooms = Rooms({}, nobody, nobody, frozenset({"127.0.0.1"}), scenarios=folder)
    return TestClient(make_application(rooms), base_url="http://127.0.0.1:8765")


def staff(capacity: str = "coordinator") -> dict[str, str]:
    return {"X-Tocsin": "1", "X-Tocsin-Capacity": capacity}


def test_own_scenarios_stand_beside_those_shipped_and_a_wrong_one_says_why(own: Path) -> None:
    shelf = Library(own).all()
    assert [one.path.stem for one in shelf if one.own] == ["drill", "wrong"]
    assert Library(own).find("drill").scenario == "drill"
    assert shelf[-1].problems[0].startswith("wrong.yaml:1: title")


def test_a_name_that_is_taken_is_refused_and_the_shipped_one_stays(own: Path) -> None:
    (own / "drill.yaml").write_text(SC_01B.read_text("utf-8"), "utf-8")
    drill = next(one for one in Library(own).all() if one.path.stem == "drill")
    assert drill.scenario is None
    assert f"{SC_01B.name} is called sc-01b already" in drill.problems[0]


def test_a_file_that_was_mended_is_read_anew(own: Path) -> None:
    library = Library(own)
    assert any(one.problems for one in library.all())
    mended = (own / "drill.yaml").read_text("utf-8").replace("scenario: drill", "scenario: wrong")
    (own / "wrong.yaml").write_text(mended, "utf-8")
    assert library.find("wrong").scenario == "wrong"


def test_the_library_tells_what_can_be_played_and_nothing_of_what_comes(web: TestClient) -> None:
    found = web.get("/api/scenarios").json()
    names = [one["scenario"] for one in found]
    assert {"sc-01", "sc-01b", "sc-10", "drill"} <= set(names)
    drill = found[names.index("drill")]
    assert drill["own"]
    assert drill["measures"]
    assert drill["duration_s"] > 600
    assert not {"expect", "ties", "clocks", "incidents"} & set(drill)
    assert isinstance(drill["injects"], int)


@pytest.mark.parametrize("path", ["/api/scenarios/sc-01b", "/api/scenarios/sc-01b/list.csv"])
@pytest.mark.parametrize("capacity", ["operator", "police", "wall"])
def test_players_do_not_read_what_waits_for_them(web: TestClient, path: str, capacity: str) -> None:
    answer = web.get(path, params={"capacity": capacity}, headers=staff(capacity))
    assert answer.status_code == 403


def test_a_scenario_nobody_has_is_not_found(web: TestClient) -> None:
    answer = web.get("/api/scenarios/sc-99", headers=staff())
    assert answer.status_code == 404
    assert "drill" in answer.json()["detail"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_goes_out_and_comes_back_as_the_same_scenario(web: TestClient, form: str) -> None:
    asked = {"lang": "nl", "capacity": "coordinator"}
    sheet = web.get(f"/api/scenarios/drill/list.{form}", params=asked)
    assert f'EXERCICE-OEFENING-EXERCISE-drill-nl.{form}"' in sheet.headers["content-disposition"]
    answer = web.post("/api/scenarios/import", content=sheet.content, headers=staff())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    again = read_scenario(told["yaml"], "again.yaml")
    assert again.model_copy(update={"scenario": "sc-01b"}) == load_scenario(SC_01B)
    assert (told["scenario"], told["injects"]) == ("drill", len(again.injects))


def test_an_import_tells_every_mistake_at_once(web: TestClient) -> None:
    rows = "id;at;kind;source\na;soon;EVT;cad:112\nb;T+00:01;EVT;cad:112\nc;late;EVT;x:y\n"
    answer = web.post(
        "/api/scenarios/import?file=mel.csv&head=sc-01b", content=rows, headers=staff()
    )
    assert answer.status_code == 400
    assert [problem[:14] for problem in answer.json()["problems"]] == [
        "mel.csv:2: at:",
        "mel.csv:4: at:",
    ]


def test_an_import_is_for_those_who_prepare_and_no_larger_than_a_list(web: TestClient) -> None:
    refused = web.post("/api/scenarios/import", content=b"", headers=staff("operator"))
    assert refused.status_code == 403
    assert web.post("/api/scenarios/import", content=b"").status_code == 422
    huge = web.post("/api/scenarios/import", content=b"x" * 2_100_000, headers=staff())
    assert huge.status_code == 413


def test_check_names_the_line_and_says_so_with_its_exit_code(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scenario", "check", str(own / "drill.yaml")]) == 0
    assert "drill.yaml: " in capsys.readouterr().out
    assert main(["scenario", "check", str(own / "drill.yaml"), str(own / "wrong.yaml")]) == 1
    assert "wrong.yaml:1: title: Field required" in capsys.readouterr().err


def test_list_and_show_know_a_house_s_own(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SCENARIOS", str(own))
    assert main(["scenario", "list"]) == 1  # wrong.yaml
    assert "drill     own" in capsys.readouterr().out
    assert main(["scenario", "show", "drill", "--lang", "fr"]) == 0
    assert "TRAP" in capsys.readouterr().out


def test_export_and_import_make_the_same_scenario_and_overwrite_nothing(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drill, sheet, made = own / "drill.yaml", tmp_path / "mel.xlsx", tmp_path / "made.yaml"
    assert main(["scenario", "export", str(drill), str(sheet), "--lang", "nl"]) == 0
    assert main(["scenario", "import", str(sheet), str(made)]) == 0
    assert load_scenario(made) == load_scenario(drill)
    assert main(["scenario", "import", str(sheet), str(made)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_places_are_looked_up_by_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "places", "annie"]) == 0
    assert "tunnel:annie-cordy ~" in capsys.readouterr().out
    assert main(["scenario", "places", "nowhereland"]) == 1
