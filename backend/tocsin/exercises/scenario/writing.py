"""A scenario as the YAML in which it is written."""

from typing import Any

import yaml

from tocsin.exercises.scenario.models import Scenario

WIDTH = 100


def plain(scenario: Scenario) -> dict[str, Any]:
    """As in a file: what is as it is by default is left out, a place of a code alone is that."""
    found: dict[str, Any] = _short(scenario.model_dump(mode="json", exclude_defaults=True))
    return found


def to_yaml(scenario: Scenario) -> str:
    """Reads back as the same scenario."""
    return yaml.safe_dump(
        plain(scenario), allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False
    )


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(part) for part in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["of"]:
        return value["of"]
    return {key: _short(part) for key, part in value.items()}
