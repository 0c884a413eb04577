"""What a camera says of itself, out of a `camera_status`: how it is, and by which figure."""

import math
from collections.abc import Mapping
from typing import Any, get_args

from tocsin.contract import Observation
from tocsin.contract.times import from_text, to_text
from tocsin.situation.records import CameraCondition

CONDITIONS: frozenset[str] = frozenset(get_args(CameraCondition))
# The word that rules know for a condition; they have none for a poor picture.
_FACTS = {"working": "ok", "no_picture": "no_image", "frozen": "frozen"}
_CONDITIONS = {fact: condition for condition, fact in _FACTS.items()}
LARGEST = 1e12


def camera_of(observation: Observation) -> dict[str, Any] | None:
    """Camera, state and figures; None where it does not say of which camera, or nothing known."""
    camera = observation.location_codes.get("camera")
    told = observation.attributes
    state = told.get("state")
    if not isinstance(state, str) or state not in CONDITIONS:
        state = _CONDITIONS.get(str(told.get("camera_state")))
    if observation.kind != "camera_status" or camera is None or state is None:
        return None
    said: dict[str, Any] = {
        "camera": camera.lower(),
        "state": state,
        "since": _moment(told.get("since")),
        "figure": _number(told.get("figure"), LARGEST),
        "limit": _number(told.get("limit"), LARGEST),
        "motion": _number(told.get("motion"), 100),
    }
    return {name: value for name, value in said.items() if value is not None}


def with_camera_fact(attributes: Mapping[str, Any], camera: dict[str, Any]) -> dict[str, Any]:
    """The attributes, with the fact that follows from the camera's state."""
    fact = _FACTS.get(camera["state"])
    return dict(attributes) if fact is None else {**attributes, "camera_state": fact}


def _moment(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        moment = from_text(value)
        return to_text(moment) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _number(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and -most <= value <= most else None
