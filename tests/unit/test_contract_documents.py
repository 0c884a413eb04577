"""The contract documents say what the code does, and their schemas hold."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deciding import observation
from tocsin.contract import CloudEvent, SourceStatus, envelope_for
from tocsin.live.wire import MESSAGES
from tocsin.web.contract import asyncapi, contract_documents, to_text

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "docs" / "contract"


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACT / name).read_text("utf-8"))
    return found


def test_what_is_checked_in_is_what_the_code_says() -> None:
    """Otherwise: `tocsin contract docs/contract`, and look at the difference."""
    expected = contract_documents()

    assert {path.name for path in CONTRACT.glob("*.json")} == set(expected)
    for name, said in expected.items():
        assert (CONTRACT / name).read_text("utf-8") == to_text(said), name


@pytest.mark.parametrize("name", ["observation.schema.json", "source-status.schema.json"])
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(document(name))


def handbook_examples() -> list[tuple[str, dict[str, Any]]]:
    """Every message that the handbooks publish by hand: its topic, its payload."""
    found = []
    for path in (ROOT / "README.md", ROOT / "docs" / "operating.md"):
        if not path.exists():
            continue
        for topic, payload in re.findall(
            r"mosquitto_pub[^\n]*-t (\S+)[^']*-m '(\{.*?\})'\n", path.read_text("utf-8"), re.DOTALL
        ):
            found.append((topic, json.loads(payload)))
    return found


def test_the_examples_of_the_handbooks_are_valid() -> None:
    examples = handbook_examples()
    assert examples
    validator = Draft202012Validator(document("observation.schema.json"))
    for topic, payload in examples:
        assert list(validator.iter_errors(payload)) == []
        event = CloudEvent.model_validate(payload)
        assert topic.endswith(f"/observations/{event.source}")


def good() -> dict[str, Any]:
    event: dict[str, Any] = json.loads(
        envelope_for(observation()).model_dump_json(exclude_none=True)
    )
    return event


BREAKS: dict[str, Any] = {
    "no specversion": lambda event: event.pop("specversion"),
    "another type": lambda event: event.update(type="other"),
    "no data": lambda event: event.pop("data"),
    "a source with a space": lambda event: event["data"].update(source="CAD 112"),
    "an unknown kind": lambda event: event["data"].update(kind="rumour"),
    "an unknown field": lambda event: event["data"].update(colour="red"),
    "a type hint in words": lambda event: event["data"].update(type_hint="accident"),
    "a latitude of 95": lambda event: event["data"]["geometry"].update(coordinates=[4.3, 95]),
    "a circle": lambda event: event["data"].update(geometry={"type": "Circle"}),
    "a severity of 9": lambda event: event["data"].update(severity=9),
    "an attribute with a space": lambda event: event["data"].update(attributes={"a b": 1}),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_schema_refuses_what_the_code_refuses(name: str) -> None:
    validator = Draft202012Validator(document("observation.schema.json"))
    assert validator.is_valid(good())
    broken = deepcopy(good())
    BREAKS[name](broken)

    assert not validator.is_valid(broken)
    with pytest.raises(ValueError, match="validation error"):
        CloudEvent.model_validate(broken)


@pytest.mark.parametrize(
    "changes", [{"state": "asleep"}, {"outbox": -1}, {"heartbeat_s": 0}, {"mood": "good"}]
)
def test_the_status_schema_refuses_what_the_code_refuses(changes: dict[str, Any]) -> None:
    validator = Draft202012Validator(document("source-status.schema.json"))
    status = {"source": "cad:112", "state": "online"}
    assert validator.is_valid(status)

    assert not validator.is_valid(status | changes)
    with pytest.raises(ValueError, match="validation error"):
        SourceStatus.model_validate(status | changes)


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for part in value.values() for ref in references(part)]
    if isinstance(value, list):
        return [ref for part in value for ref in references(part)]
    return []


def resolve(root: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/"), reference
    found: Any = root
    for part in reference[2:].split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


@pytest.mark.parametrize(
    "name",
    ["asyncapi.json", "openapi.json", "observation.schema.json", "source-status.schema.json"],
)
def test_every_reference_leads_somewhere(name: str) -> None:
    root = document(name)
    found = references(root)
    assert found
    for reference in found:
        assert isinstance(resolve(root, reference), dict)


def test_every_message_of_both_sides_is_described() -> None:
    told = asyncapi()
    messages = told["components"]["messages"]

    assert {m["name"] for m in messages.values()} == {
        "CloudEvent",
        "SourceStatus",
        "ErrorReport",
        *(model.__name__ for model in MESSAGES),
    }
    for operation in told["operations"].values():
        channel = resolve(told, operation["channel"]["$ref"])
        assert set(channel["parameters"]) == set(re.findall(r"\{(\w+)\}", channel["address"]))
