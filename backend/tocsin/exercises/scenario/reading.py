"""Reading a scenario from YAML, and everything that is wrong in it, line by line."""

from pathlib import Path

from tocsin.exercises.scenario.checks import problems
from tocsin.exercises.scenario.models import Scenario
from tocsin.exercises.scenario.privacy import real_looking
from tocsin.tables import Document, TableError


def load_scenario(path: Path) -> Scenario:
    """The scenario in a file; TableError names file, line and field of everything wrong in it."""
    return read_scenario(path.read_text(encoding="utf-8"), path.name)


def read_scenario(text: str, file: str) -> Scenario:
    """Raises TableError, with a sentence for each mistake."""
    too_real = list(real_looking(text, file))
    if too_real:
        raise TableError(too_real)
    document = Document(text, file)
    scenario = document.checked(Scenario)
    wrong = [f"{document.where(path)}: {what}" for path, what in problems(scenario)]
    if wrong:
        raise TableError(wrong)
    return scenario
