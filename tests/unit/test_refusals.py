"""What the room refuses is said in the language of who asked: every sentence has its words."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import tocsin
from tocsin.lifecycle.states import shipped_states
from tocsin_frontend.page import STATIC_ROOT

REFUSALS = {"CommandRefused", "CommandForbidden", "JournalUnavailable", "PhaseRefusal"}
REFUSALS_OF_STATES = Path("lifecycle/states.py")
RIGHTS = "needs_any"  # its third argument is said after the capacity
PLACE = re.compile(r"\{\d\}")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    rows = json.loads((STATIC_ROOT / "locales" / "refusals.json").read_text("utf-8"))
    assert len({row["en"] for row in rows}) == len(rows)
    return {row["en"]: row for row in rows}


def sentence(node: ast.AST) -> str | None:
    """A text with its places numbered; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    places = iter(range(10))
    return "".join(
        part.value if isinstance(part, ast.Constant) else f"{{{next(places)}}}"
        for part in node.values
        if not isinstance(part, ast.Constant) or isinstance(part.value, str)
    )


def modules() -> Iterator[tuple[Path, ast.Module]]:
    root = Path(tocsin.__file__).parent
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root), ast.parse(path.read_text("utf-8"))


def refused() -> Iterator[str]:
    """Every sentence that the code refuses with, as it stands there."""
    for path, module in modules():
        if path.parts[0] == "journal":
            continue  # what a database says of itself is for who keeps it
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id in REFUSALS or (
                node.func.id == "Refusal" and path == REFUSALS_OF_STATES
            ):
                found = sentence(node.args[0])
                if found is not None and found != "{0}: {1}":
                    yield found
            elif node.func.id == RIGHTS:
                yield f"{{0}}: {sentence(node.args[2])}"


def all_sentences() -> set[str]:
    return {
        found
        for _, module in modules()
        for node in ast.walk(module)
        if (found := sentence(node)) is not None
    }


def test_every_refusal_has_its_french_and_its_dutch() -> None:
    assert sorted(set(refused()) - catalogue().keys()) == []


def test_no_words_stand_there_that_nobody_says() -> None:
    said = all_sentences() | set(refused())
    assert sorted(one for one in catalogue() if one not in said) == []


def test_each_language_keeps_the_places() -> None:
    for row in catalogue().values():
        assert row.keys() == {"en", "fr", "nl"}
        for language in ("fr", "nl"):
            assert row[language] != row["en"]
            assert sorted(PLACE.findall(row[language])) == sorted(PLACE.findall(row["en"]))


def test_the_needs_of_a_change_of_state_bring_their_own_words() -> None:
    for need in shipped_states().needs.values():
        assert need.fr
        assert need.nl
        assert need.en not in catalogue()
