"""The structured first report (METHANE): every field may be unknown, and says so."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import model_validator

from tocsin.lifecycle.counts import facts_of_figures
from tocsin.tables import Row, Words, load, refuse
from tocsin.taxonomy import vocabulary


class _Option(Words):
    fact: str


class FormField(Words):
    letter: str
    type: Literal["bool", "text", "list", "counts"]
    help: Words
    options: dict[str, _Option] | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> "FormField":
        if self.options is not None and self.type != "list":
            raise ValueError("options: only a list offers some")
        return self


class Form(Row):
    title: Words
    unknown: Words
    fields: dict[str, FormField]


@cache
def methane_form() -> Form:
    form = load(Form, __package__, "methane.yaml")
    refuse(
        "methane.yaml",
        [
            f"fields: {name}: options: {option.fact} is no yes-or-no fact"
            for name, field in form.fields.items()
            for option in (field.options or {}).values()
            if option.fact not in vocabulary() or vocabulary()[option.fact].type != "bool"
        ],
    )
    return form


def facts_of_report(fields: Mapping[str, Any]) -> dict[str, bool | int]:
    """Facts that a report states; what it does not know, or does not list, is no fact."""
    found: dict[str, bool | int] = {}
    for name, field in methane_form().fields.items():
        answer = fields.get(name)
        if answer is None:
            continue
        if field.options is not None:
            found |= {field.options[item].fact: True for item in answer if item in field.options}
        elif field.type == "counts":
            found |= facts_of_figures(answer)
    return dict(sorted(found.items()))


def form_for_api() -> dict[str, Any]:
    return methane_form().model_dump(mode="json")
