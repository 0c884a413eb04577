"""Exercises led from outside, as the coordinator's page leads them."""

import json
import urllib.request
from typing import Any


def lead(http: str, path: str, document: dict[str, Any], capacity: str = "coordinator") -> Any:
    """POST to `/api/exercises…`; what it answers. Raises HTTPError."""
    request = urllib.request.Request(
        f"{http}/api/exercises{path}", data=json.dumps(document).encode(), method="POST"
    )
    request.add_header("Content-Type", "application/json")
    request.add_header("X-Tocsin", "1")
    request.add_header("X-Tocsin-Capacity", capacity)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def begin(http: str, scenario: str, speed: float = 1, *, start: bool = True) -> str:
    """The realm of a new exercise."""
    told = lead(http, "", {"scenario": scenario, "speed": speed, "start": start})
    realm: str = told["realm"]
    return realm


def order(http: str, realm: str, word: str, **more: Any) -> None:
    """`order(http, realm, "pause")`."""
    lead(http, f"/{realm}/orders", {"order": word, **more})
