"""The debriefing: one model, told alike on screen, page and paper, in three languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from debriefings import HOSTILE, LESSON, REALM, conducted, debriefed, played, scored
from tocsin.exercises.debriefing import (
    Debriefing,
    compose,
    debrief,
    page,
    paper,
    pdf,
    plain,
)
from tocsin.exercises.debriefing.document import (
    EXERCISE_SIGN,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Table,
)
from tocsin.exercises.debriefing.picture import Label, clipped
from tocsin.exercises.debriefing.words import Speaker, table
from tocsin.exercises.preparation.recommendations import NotThis, changed
from tocsin.tables import LANGUAGES, Language
from tocsin_frontend.page import content_security_policy

ROOT = "http://127.0.0.1:8765/"


@pytest.fixture(scope="module")
def told() -> Debriefing:
    return debriefed()


@pytest.fixture(scope="module")
def documents(told: Debriefing) -> dict[Language, Document]:
    return {language: compose(told, language) for language in LANGUAGES}


def tables(document: Document) -> dict[str, Table]:
    return {block.caption: block for block in document.blocks if isinstance(block, Table)}


def cells(document: Document) -> Iterator[Cell]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)
        elif isinstance(block, Facts):
            yield from (cell for _, cell in block.rows)


def row(table: Table, start: str) -> list[str]:
    return next([c.text for c in row] for row in table.rows if row[0].text.startswith(start))


def test_every_language_has_the_same_sections_rows_and_signs(
    documents: dict[Language, Document],
) -> None:
    def shape(document: Document) -> list[Any]:
        return [
            (type(block).__name__, getattr(block, "name", None), len(getattr(block, "rows", ())))
            for block in document.blocks
        ]

    french, dutch, english = (documents[language] for language in LANGUAGES)
    assert shape(french) == shape(dutch) == shape(english)
    signs = [[cell.sign for cell in cells(document)] for document in documents.values()]
    assert signs[0] == signs[1] == signs[2]
    names = [block.name for block in french.blocks if isinstance(block, Heading)]
    assert names == [
        "overview", "timeline", "clocks", "objectives", "ties", "joins", "load", "decisions",
        "notes", "map", "lessons", "comparison",
    ]  # fmt: skip


def test_the_way_of_an_inject_is_told_from_its_issue_on(
    documents: dict[Language, Document],
) -> None:
    english = documents["en"]
    way = next(t for t in tables(english).values() if t.head[0] == "T")
    first, trap, waiting = ([cell.text.replace("\u00a0", " ") for cell in r] for r in way.rows)
    assert first[0] == "T+00:00:00"
    assert first[3] == "+1 min 35 s Operator"
    assert first[4] == "+5 min Supervisor"
    assert first[5] == "+7 min"
    assert trap[1] == "TRAP · crash · Rapport crash"
    assert waiting[0] == "waiting"
    assert "rumour" not in str(way.rows)  # background noise


def test_a_figure_leads_to_its_entry_in_the_room_as_it_was_then(told: Debriefing) -> None:
    link = told.entry(5)
    assert link.path == f"/realms/{REALM}?at={told.times[4]}"
    html = page(compose(told, "fr"), ROOT)
    assert f'href="http://127.0.0.1:8765/realms/{REALM}?at=' in html


def test_decisions_name_author_function_and_basis_and_phases_are_among_them(
    documents: dict[Language, Document],
) -> None:
    decisions = tables(documents["nl"])[Speaker("nl")("decisions_caption")]
    texts = [[cell.text for cell in row] for row in decisions.rows]
    assert texts[0][1:] == [
        HOSTILE,
        "Gouverneur / Hoge ambtenaar · Supervisor (zaalverantwoordelijke)",
        "METHANE de D1",
    ]
    assert texts[1][1] == "Provinciale (gewestelijke) fase"
    assert texts[1][2].startswith("Ministre-Président")


def test_a_decision_that_was_taken_back_was_none() -> None:
    desk = played()
    given = next(e for e in desk.entries if e.kind == "decision_recorded").cause
    desk.act("undo", entry=given)
    told = debrief(conducted(), scored(), desk.entries, (), ())
    assert [one.text for one in told.decisions if one.phase is None] == []


def test_the_stills_show_the_first_grave_incident_and_the_fullest_moment(told: Debriefing) -> None:
    assert [(still.when, len(still.pins)) for still in told.stills] == [
        ("grave", 1),
        ("most", 2),
        ("end", 2),
    ]
    last = {pin.incident: pin.number for pin in told.stills[-1].pins}
    assert last[told.stills[0].pins[0].incident] == 1  # an incident keeps its number


def test_the_run_is_set_beside_the_earlier_one(documents: dict[Language, Document]) -> None:
    runs = tables(documents["fr"])[Speaker("fr")("comparison_caption")]
    assert runs.head == ("Indicateur", "1", "2 (celui-ci)")
    assert row(runs, "Total") == ["Total", "72\u00a0% · réussi", "41\u00a0% · non réussi"]
    assert row(runs, "TTA") == ["TTA", "50\u00a0s", "1\u00a0min\u00a035\u00a0s"]


def test_lessons_go_from_finding_to_the_exercise_that_verified_them(
    documents: dict[Language, Document],
) -> None:
    lessons = tables(documents["en"])[Speaker("en")("lessons_caption")]
    assert row(lessons, "R-1")[2:] == ["Chef de salle", "2027-03-01", "open"]
    assert row(lessons, "R-2")[4].startswith(f"verified in {REALM}")


def test_what_people_wrote_stays_text_on_the_page(documents: dict[Language, Document]) -> None:
    html = page(documents["fr"], ROOT)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “Hélène Őry – Łukasz”" in html


def test_the_page_needs_nothing_from_elsewhere_and_no_hole_in_the_policy(
    documents: dict[Language, Document],
) -> None:
    html = page(documents["nl"], ROOT)
    assert not re.search(r'\sstyle="|\son\w+="|<link|<img|@import|url\(', html)
    assert content_security_policy(html).count("'sha256-") == 1  # its one style block
    assert html.count(EXERCISE_SIGN) >= 4  # above, below, and on every printed page


def test_every_sheet_of_paper_bears_the_sign_and_the_same_debriefing_gives_the_same_bytes(
    told: Debriefing, documents: dict[Language, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = paper(documents["fr"])
    assert first.startswith(b"%PDF-")
    assert paper(compose(told, "fr")) == first
    pages = int(re.search(rb"/Count (\d+)", first)[1])  # type: ignore[index]
    assert pages >= 3
    signs: list[str] = []
    cell = pdf._Sheet.cell

    def counting(self: Any, *args: Any, **given: Any) -> Any:
        signs.extend(text for text in args if text == EXERCISE_SIGN)
        return cell(self, *args, **given)

    monkeypatch.setattr(pdf._Sheet, "cell", counting)
    paper(documents["fr"])
    assert len(signs) == 2 * pages  # head and foot


def test_the_fonts_have_every_letter_of_the_words() -> None:
    text = Path(pdf.__file__).with_name("words.yaml").read_text("utf-8")
    for name in ("DejaVuSansCondensed", "DejaVuSansCondensed-Bold"):
        font = TTFont(Path(pdf.__file__).parent / "fonts" / f"{name}.ttf")
        letters = set(font.getBestCmap())
        assert {c for c in text + "✓✗○★≤−→Őł" if ord(c) not in letters} == {"\n"}


def test_a_screen_gets_the_same_blocks_as_data(documents: dict[Language, Document]) -> None:
    told = plain(documents["en"])
    assert [block["kind"] for block in told["blocks"]] == [
        type(block).__name__.lower() for block in documents["en"].blocks
    ]
    figure = next(block for block in told["blocks"] if block["kind"] == "figure")
    assert {shape["kind"] for shape in figure["picture"]["shapes"]} >= {"line", "dot", "label"}


def test_the_maps_name_the_communes_in_the_language_of_the_document(
    documents: dict[Language, Document],
) -> None:
    def names(language: Language) -> set[str]:
        figures = [b.picture for b in documents[language].blocks if isinstance(b, Figure)]
        return {s.text for p in figures for s in p.shapes if isinstance(s, Label)}

    assert "Schaerbeek" in names("fr")
    assert "Schaarbeek" in names("nl")


def test_a_line_is_cut_at_the_edge_of_the_sheet() -> None:
    assert clipped([(-10, 5), (5, 5), (5, 20), (8, 20), (8, 5)], 10, 10) == [
        [(0, 5), (5, 5), (5, 10)],
        [(8, 10), (8, 5)],
    ]
    assert clipped([(-5, -5), (-1, 20)], 10, 10) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0,4 s"), (59.6, "1 min"), (95, "1 min 35 s"), (3900, "1 u 05 min"), (-30, "−30 s")],
)
def test_lengths_are_said_in_words(seconds: float, said: str) -> None:
    assert Speaker("nl").length(seconds).replace("\u00a0", " ") == said


def test_french_words_have_their_no_break_spaces() -> None:
    plain_words = table().model_dump()

    def french(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if "fr" in value:
                yield value["fr"]
            else:
                for part in value.values():
                    yield from french(part)

    assert [text for text in french(plain_words) if re.search(r"(?<!\u00a0)[;:?!%]|'", text)] == []


def test_no_exercise_verifies_its_own_lesson() -> None:
    later = changed(LESSON, {"state": "verified", "verified_in": "exercise-x"}, "coordinator", "t")
    assert (later.state, later.verified_in, later.changed_by) == (
        "verified",
        "exercise-x",
        "coordinator",
    )
    for wrong in ({"state": "verified"}, {"state": "verified", "verified_in": REALM}):
        with pytest.raises(NotThis):
            changed(LESSON, wrong, "coordinator", "t")
    reopened = changed(later, {"state": "open"}, "coordinator", "t")
    assert reopened.verified_in is None
    assert replace(LESSON, due="2026-01-01").is_late("2026-11-20")
