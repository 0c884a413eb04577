"""The main events list of a scenario: a row an inject, as coordinators keep it in a spreadsheet.

Above the header stand rows that begin with `#`: the head of the scenario, a field a row. What a
sheet has no column for (conditions, the facts of a message, journeys …) stays in the last column.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from tocsin.exercises.scenario.cells import Wrong, a_list, a_place, a_time, a_truth, as_json
from tocsin.exercises.scenario.checks import problems
from tocsin.exercises.scenario.models import Scenario
from tocsin.exercises.scenario.privacy import real_looking
from tocsin.exercises.scenario.writing import plain
from tocsin.tables import LANGUAGES, Language, Row, TableError, Words, load, sentence_of

Rows = Sequence[Sequence[Any]]
HEAD = "#"
TOLD = ("say", "expect")


class Columns(Row):
    """See main_list.yaml."""

    columns: dict[str, Words]
    yes: tuple[str, ...]


@cache
def columns() -> Columns:
    return load(Columns, __package__, "main_list.yaml")


def rows_of(scenario: Scenario, language: Language) -> list[list[str]]:
    """The rows of the sheet, every cell as text."""
    whole = plain(scenario)
    injects = whole.pop("injects")
    head = [[f"{HEAD}{name}", _cell(value)] for name, value in _head_of(whole)]
    names = [words.plain()[language] for words in columns().columns.values()]
    return [*head, names, *(list(_row(inject)) for inject in injects)]


def scenario_of(rows: Rows, file: str, head: Scenario | None = None) -> Scenario:
    """Raises TableError with file, row and column of everything wrong.

    `head`: where the list has no rows for the head, it is taken from this scenario.
    """
    sheet = _Sheet(rows, file, head)
    wrong = sheet.wrong or list(_too_real(rows, file))
    if wrong:
        raise TableError(wrong)
    try:
        scenario = Scenario.model_validate(sheet.document)
    except ValidationError as error:
        raise TableError(
            [f"{sheet.where(one['loc'])}: {sentence_of(one['msg'])}" for one in error.errors()]
        ) from None
    wrong = [f"{sheet.where(path)}: {what}" for path, what in problems(scenario)]
    if wrong:
        raise TableError(wrong)
    return scenario


def _head_of(whole: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Words a row a language, so that people can change them without knowing JSON."""
    for name, value in whole.items():
        if isinstance(value, dict) and set(value) == set(LANGUAGES):
            yield from ((f"{name}.{language}", text) for language, text in value.items())
        else:
            yield name, value


def _row(inject: dict[str, Any]) -> Iterator[str]:
    rest = {**inject, "observation": {**inject.get("observation", {})}}
    taken: dict[str, Any] = {
        "type": rest["observation"].pop("type_hint", None),
        "content": rest["observation"].pop("headline", None),
    }
    if "observation" not in inject or not rest["observation"]:
        rest.pop("observation")
    for name in ("say", "expect"):
        for language, text in rest.pop(name, {}).items():
            taken[f"{name}_{language}"] = text
    at = rest.pop("at", None)
    taken["at"] = f"T{at if at[0] in '+-' else f'+{at}'}" if at else None
    taken["expect_of"] = ", ".join(rest.pop("expect_of", ()))
    for name in ("trap", "background", "manual"):
        taken[name] = columns().yes[0] if rest.pop(name, False) else ""
    for name in columns().columns:
        if name == "more":
            yield _cell(rest) if rest else ""
        else:
            yield _cell(taken[name] if name in taken else rest.pop(name, None))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Sheet:
    """Reads the rows into the document of a scenario, and remembers where everything stood."""

    def __init__(self, rows: Rows, file: str, head: Scenario | None) -> None:
        self.file = file
        self.wrong: list[str] = []
        self._lines: list[int] = []
        self._head_lines: dict[str, int] = {}
        self._header = 1
        self._of_column: dict[int, str] = {}
        self.document: dict[str, Any] = {}
        if head is not None:
            self.document = {**plain(head), "injects": []}
        injects: list[dict[str, Any]] = []
        for number, cells in enumerate(rows, start=1):
            texts = [_text(cell) for cell in cells]
            if not any(texts):
                continue
            if texts[0].startswith(HEAD) and not self._of_column:
                self._take_head(number, texts)
            elif not self._of_column:
                self._take_header(number, texts)
            else:
                injects.append(self._inject(number, cells))
                self._lines.append(number)
        self.document["injects"] = injects

    def where(self, path: tuple[str | int, ...]) -> str:
        """`file:row: column` for a field of the scenario."""
        if len(path) > 1 and path[0] == "injects" and isinstance(path[1], int):
            return f"{self.file}:{self._lines[path[1]]}: {_column(path[2:])}"
        names = (".".join(map(str, path[:2])), *map(str, path[:1]))
        row = next((self._head_lines[n] for n in names if n in self._head_lines), self._header)
        return f"{self.file}:{row}: {HEAD}{'.'.join(map(str, path))}"

    def _take_head(self, number: int, texts: list[str]) -> None:
        name, value = texts[0].removeprefix(HEAD), texts[1] if len(texts) > 1 else ""
        if name in self._head_lines:
            self.wrong.append(f"{self.file}:{number}: {texts[0]}: comes a second time")
        self._head_lines[name] = number
        field, _, language = name.partition(".")
        if language in LANGUAGES:
            told = self.document.get(field)
            rest = told if isinstance(told, dict) else {}
            self.document[field] = {**rest, language: value}
            self._head_lines.setdefault(field, number)
            return
        try:
            self.document[name] = as_json(value) if value[:1] in ("{", "[") else value
        except Wrong as error:
            self.wrong.append(f"{self.file}:{number}: {texts[0]}: {error}")

    def _take_header(self, number: int, texts: list[str]) -> None:
        self._header = number
        for i, text in enumerate(texts):
            name = _names().get(text.casefold())
            if name is not None and name not in self._of_column.values():
                self._of_column[i] = name
            elif text:
                told = "comes a second time" if name else "is no column of a main events list"
                self.wrong.append(f"{self.file}:{number}: {text}: {told}")
        for name in ("id", "kind", "source"):
            if name not in self._of_column.values():
                self.wrong.append(f"{self.file}:{number}: {name}: the list has no such column")

    def _inject(self, number: int, cells: Sequence[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        given = [
            (self._of_column[i], cell)
            for i, cell in enumerate(cells)
            if i in self._of_column and _text(cell)
        ]
        for name, cell in sorted(given, key=lambda one: one[0] != "more"):
            try:
                _take(found, name, cell)
            except Wrong as error:
                self.wrong.append(f"{self.file}:{number}: {name}: {error}")
        return found


def _take(found: dict[str, Any], name: str, cell: Any) -> None:
    """A cell into the inject; the column `more` comes first."""
    text = _text(cell)
    match name:
        case "more":
            found.update(_more(text))
        case "at":
            found["at"] = a_time(cell)
        case "trap" | "background" | "manual":
            found[name] = a_truth(text, columns().yes)
        case "expect_of":
            found["expect_of"] = a_list(text)
        case "place":
            found["place"] = a_place(text)
        case "type" | "content":
            field = "type_hint" if name == "type" else "headline"
            found["observation"] = {**found.get("observation", {}), field: text}
        case _ if name.partition("_")[0] in TOLD:
            told, _, language = name.partition("_")
            found.setdefault(told, {})[language] = text
        case _:
            found[name] = text


def _more(text: str) -> dict[str, Any]:
    more = as_json(text)
    if not isinstance(more, dict):
        raise Wrong("write an object: {…}")
    for field in ("observation", *TOLD):
        if not isinstance(more.get(field, {}), dict):
            raise Wrong(f"{field}: write an object: {{…}}")
    return more


def _column(path: tuple[str | int, ...]) -> str:
    """The column in which a field of an inject stands."""
    match path:
        case ("observation", "type_hint", *_):
            return "type"
        case ("observation", "headline", *_):
            return "content"
        case (("say" | "expect") as told, str() as language, *_) if language in LANGUAGES:
            return f"{told}_{language}"
        case (str() as name, *_) if name in columns().columns:
            return name
        case _:
            return ".".join(("more", *map(str, path)))


@cache
def _names() -> Mapping[str, str]:
    """Column by every name it goes by."""
    found = {name: name for name in columns().columns}
    for name, words in columns().columns.items():
        for text in words.plain().values():
            found[text.casefold()] = name
    return found


def _too_real(rows: Rows, file: str) -> Iterable[str]:
    lines = (" ".join(_text(cell).replace("\n", " ") for cell in cells) for cells in rows)
    return real_looking("\n".join(lines), file)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
