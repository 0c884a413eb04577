"""Main events lists: out into spreadsheets, back in, and what is refused on the way."""

import io
from datetime import time, timedelta
from pathlib import Path

import openpyxl
import pytest

from tocsin.exercises.scenario import Scenario, load_scenario, read_scenario
from tocsin.exercises.scenario.cells import Wrong, a_time
from tocsin.exercises.scenario.main_list import columns, rows_of, scenario_of
from tocsin.exercises.scenario.spreadsheets import read_rows, to_csv, to_xlsx
from tocsin.exercises.scenario.writing import to_yaml
from tocsin.tables import LANGUAGES, Language, TableError

SCENARIOS = Path(__file__).parents[2] / "scenarios"

HEAD = """#scenario;mine
#title;{"fr": "Essai", "nl": "Proef", "en": "Trial"}
#brief.fr;Un essai
#brief.nl;Een proef
#brief.en;A trial
#starts;2026-01-15T16:40:00+01:00
#incidents;{"fire": {"type": "FIR-BLD", "title": {"fr": "Feu", "nl": "Brand", "en": "Fire"}}}
"""
LIST = """Tijd;Nummer;Soort;Bron;Incident;Plaats;Type;Inhoud;Valstrik;Verwachte reactie (FR);Verwachte reactie (NL);Verwachte reactie (EN);Van wie;Overige (JSON)
T-00:08;een;EVT;cad:112;fire;street:avenue-du-port;FIR-BLD;Rook;;Ouvrir;Starten;Open;operator, d1;{"observation": {"kind": "event"}}
T+00:02:30;twee;EVT;cad:112;fire;street:avenue-du-port;;=1+1;x;Rien;Niets;Nothing;;{"observation": {"kind": "event"}}
"""  # noqa: E501


def taken(text: str) -> Scenario:
    return scenario_of(read_rows(text.encode(), "list.csv"), "list.csv")


def refused(text: str) -> str:
    with pytest.raises(TableError) as caught:
        taken(text)
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_scenario_comes_back_the_same_from_a_list_and_from_yaml(path: Path) -> None:
    scenario = load_scenario(path)
    write = to_xlsx if scenario.scenario == "sc-01b" else to_csv
    data = write(rows_of(scenario, "nl"))
    assert scenario_of(read_rows(data, "list"), "list") == scenario
    assert read_scenario(to_yaml(scenario), "again.yaml") == scenario


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_read_in_any_language(language: Language) -> None:
    scenario = taken(HEAD + LIST)
    rows = rows_of(scenario, language)
    assert columns().columns["place"].plain()[language] in next(
        row for row in rows if not row[0].startswith("#")
    )
    assert scenario_of(rows, "list") == scenario


def test_a_list_as_a_coordinator_types_it_is_understood() -> None:
    one, two = taken(HEAD + LIST).injects
    assert (one.at, one.expect_of) == ("-00:08:00", ("operator", "d1"))
    assert one.expect is not None
    assert one.expect.nl == "Starten"
    assert one.observation == {"kind": "event", "type_hint": "FIR-BLD", "headline": "Rook"}
    assert (two.at, two.trap) == ("+00:02:30", True)


def test_a_list_without_a_head_takes_that_of_another_scenario() -> None:
    base = taken(HEAD + LIST)
    rows = read_rows(LIST.encode(), "list.csv")
    assert scenario_of(rows, "list.csv", base) == base


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("T-00:08", "acht voor", "list.csv:9: at: cannot read the time 'acht voor'"),
        ("avenue-du-port;FIR", "avenu-du-port;FIR", "list.csv:9: place: the layers have no place"),
        ("een;EVT", "een;SMS", "list.csv:9: kind: "),
        (";FIR-BLD", ";FIR-XXX", "list.csv:9: type: there is no type FIR-XXX"),
        ("Starten;", ";", "list.csv:9: expect_nl: Field required"),
        ("x;Rien", "misschien;Rien", "list.csv:10: trap: write x, oui, ja"),
        ("operator, d1", "operator, d9", "list.csv:9: expect_of: there is no capacity d9"),
        ('{"kind": "event"}}\nT', '{"kind": "evnt"}}\nT', "list.csv:9: more.observation.kind"),
        ('{"observation": {"kind": "event"}}\nT', "{kind\nT", "list.csv:9: more: is no JSON"),
        ('{"observation": {"kind": "event"}}\nT', '{"say": 3}\nT', "list.csv:9: more: say: write"),
        ("twee", "een", "list.csv:10: id: een comes twice"),
        ("Soort", "Genre de chose", "list.csv:8: Genre de chose: is no column"),
        ("Nummer", "", "list.csv:8: id: the list has no such column"),
        ("Incident;Plaats", "Plaats;Place", "list.csv:8: Place: comes a second time"),
        (', "en": "Trial"', "", "list.csv:2: #title.en: Field required"),
        ("#brief.en;A trial\n", "", "list.csv:3: #brief.en: Field required"),
        ("#brief.nl", "#brief.fr", "list.csv:4: #brief.fr: comes a second time"),
        ("Rook", "1-" + "ABC-123", "list.csv:9: looks like a Belgian plate"),
        ("Rook", "ecrire@example.be", "list.csv:9: looks like a real mailbox"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_its_column(before: str, after: str, told: str) -> None:
    text = HEAD + LIST
    assert before in text
    assert told in refused(text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("T-00:08", "-00:08:00"),
        ("t + 1:40:05", "+01:40:05"),
        ("−00:08:00", "-00:08:00"),
        ("00:15", "+00:15:00"),
        (time(0, 15), "+00:15:00"),
        (timedelta(hours=26, seconds=5), "+26:00:05"),
    ],
)
def test_a_time_is_read_as_people_and_spreadsheets_write_it(cell: object, meant: str) -> None:
    assert a_time(cell) == meant


@pytest.mark.parametrize("cell", ["00:75", "8 min", "T"])
def test_a_time_that_could_mean_two_things_is_refused(cell: str) -> None:
    with pytest.raises(Wrong):
        a_time(cell)


def test_no_cell_that_goes_out_can_act_as_a_formula() -> None:
    rows = rows_of(taken(HEAD + LIST), "fr")
    assert b";'=1+1;" in to_csv(rows)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(rows))).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Numéro".encode("latin-1"), "is not UTF-8"),
        (b"PK\x03\x04 nothing", "is no workbook"),
        (b'"never closed', "not CSV"),
        (b"x\n" * 5001, "more than 5000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read_rows(data, "list")
