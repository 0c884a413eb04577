"""What a message must pass before the engine sees it: pure functions, one verdict each."""

import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tocsin.contract import CloudEvent, Observation, SourceStatus
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.contract.realm import is_exercise
from tocsin.contract.times import to_text
from tocsin.contract.topics import Address, parse
from tocsin.engine.engine import Examined
from tocsin.engine.inputs import MessageRefused, ObservationArrived, SourceReported
from tocsin.journal.store import Quarantined
from tocsin.places import distance_m
from tocsin.sources.reports import ErrorReport
from tocsin.taxonomy import types

log = logging.getLogger(__name__)

CLOCK_SUSPECT_AHEAD = timedelta(minutes=5)
CLOCK_ABSURD_AHEAD = timedelta(days=1)
CLOCK_OLD = timedelta(days=1)
CLOCK_NOT_SET = datetime(2000, 1, 1, tzinfo=UTC)  # before it, a device's clock was never set
BRUSSELS = (50.8467, 4.3525)
PLAUSIBLE_M = 200_000.0
KEPT_RAW_BYTES = 64 * 1024
PLAYED_BY = "exercise"  # the adapter's name where a scenario speaks for a source

# Belgian plates as they are written today; exercise plates (X-EXE-101) never match. The digit
# stands before the look behind, so that the search leaps from digit to digit.
PLATE_PATTERN = re.compile(
    rb"[0-9][- ](?<![0-9A-Za-z-]..)[A-Z]{3}[- ][0-9]{3}(?![0-9A-Za-z-])", re.DOTALL
)
PLATE_MASK = b"[plate]"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """Why a message cannot be used: a reason to count by, the field, and a sentence."""

    reason: str
    field: str
    detail: str


def examine(topic: str, payload: bytes, realm: str, now: datetime) -> Examined:
    """An observation or a status report to decide on, or a refusal with its quarantine row."""
    masked = PLATE_PATTERN.sub(PLATE_MASK, payload)
    address = parse(topic)
    at = to_text(now)
    try:
        if isinstance(address, str):
            raise Refused("topic", "topic", address)
        if address.realm != realm:
            raise Refused(
                "unknown_realm", "topic", f"no exercise runs in the realm {address.realm}"
            )
        if len(payload) > MAX_MESSAGE_BYTES:
            told = f"{len(payload)} bytes, at most {MAX_MESSAGE_BYTES} are allowed"
            raise Refused("too_large", "", told)
        if address.channel == "status":
            return Examined(SourceReported(at, _status(address, masked, realm)))
        if address.channel == "errors":
            return _unreadable(topic, _report(address, masked), at)
        observation = _observation(address, masked)
        _check_realm(observation, realm)
        suspect = _check_clock(observation, now)
    except Refused as refused:
        return _quarantined(topic, address, masked, refused, at)
    except Exception as error:  # a check of ours broke: this message must not stop the others
        log.exception("a message on %s could not be examined", topic)
        broken = Refused("engine_failed", "", f"{type(error).__name__}: {error}")
        return _quarantined(topic, address, masked, broken, at)
    return Examined(
        ObservationArrived(at, observation, suspect, _is_implausible(observation)),
        key=duplicate_key(observation.source, observation.external_id),
    )


def duplicate_key(source: str, external_id: str) -> bytes:
    return hashlib.blake2b(f"{source}|{external_id}".encode(), digest_size=16).digest()


def _observation(address: Address, payload: bytes) -> Observation:
    event = _read(CloudEvent, payload)
    if event.source != address.source:
        told = f"published on the topic of {address.source!r}, but data.source is {event.source!r}"
        raise Refused("wrong_source", "source", told)
    observation = event.data
    if observation.type_hint is not None and observation.type_hint not in types():
        told = f"{observation.type_hint} is no incident type of the taxonomy"
        raise Refused("unknown_type", "data.type_hint", told)
    return observation


def _status(address: Address, payload: bytes, realm: str) -> SourceStatus:
    status = _read(SourceStatus, payload)
    if status.source != address.source:
        told = f"published on the topic of {address.source!r}, but source is {status.source!r}"
        raise Refused("wrong_source", "source", told)
    if not is_exercise(realm) and status.adapter == PLAYED_BY:
        told = "an exercise spoke for this source on the live realm"
        raise Refused("wrong_realm", "adapter", told)
    return status


def _report(address: Address, payload: bytes) -> ErrorReport:
    report = _read(ErrorReport, payload)
    if report.source != address.source:
        told = f"published on the topic of {address.source!r}, but source is {report.source!r}"
        raise Refused("wrong_source", "source", told)
    return report


def _read(model: type[M], payload: bytes) -> M:
    if not payload:
        raise Refused("empty", "", "the message is empty")
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise _first_of(error) from None


def _first_of(error: ValidationError) -> Refused:
    """The first complaint, with the path of its field in the message."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    message = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        return Refused("not_json", "", message.removeprefix("Invalid JSON: "))
    named, colon, sentence = message.partition(": ")
    if colon and first["type"] == "value_error" and named.isidentifier():
        path, message = f"{path}.{named}".lstrip("."), sentence
    reason = _REASONS.get(path.split(".")[1] if path.startswith("data.") else path)
    if reason is None:
        reason = "schema" if path.startswith("data") else "envelope"
    return Refused(reason, path, message)


_REASONS = {
    "source": "wrong_source",
    "geometry": "geometry",
    "observed_at": "time",
    "sent_at": "time",
    "received_at": "time",
    "valid_from": "time",
    "valid_to": "time",
    "time": "time",
    "legal_regime": "legal_regime",
    "kind": "kind",
}


def _check_realm(observation: Observation, realm: str) -> None:
    """Real facts stay in the live realm, invented ones out of it."""
    if is_exercise(realm) and observation.mode != "exercise":
        told = f"mode is {observation.mode!r}: an exercise realm takes only mode 'exercise'"
        raise Refused("wrong_realm", "data.mode", told)
    if not is_exercise(realm) and observation.mode == "exercise":
        told = "an exercise observation was published on the live realm"
        raise Refused("wrong_realm", "data.mode", told)


def _check_clock(observation: Observation, now: datetime) -> bool:
    """True when the source's clock is suspect; refused when it is absurd."""
    observed = observation.observed_at
    if observed is None:
        return False
    if observed - now > CLOCK_ABSURD_AHEAD or observed < CLOCK_NOT_SET:
        told = f"{to_text(observed)} lies too far from the room's clock ({to_text(now)})"
        raise Refused("clock", "data.observed_at", told)
    return observed - now > CLOCK_SUSPECT_AHEAD or now - observed > CLOCK_OLD


def _is_implausible(observation: Observation) -> bool:
    """Farther than 200 km from Brussels: usually latitude and longitude were swapped."""
    if observation.geometry is None:
        return False
    position: Any = observation.geometry.coordinates
    while not isinstance(position, tuple):
        position = position[0]
    lon, lat = position
    return distance_m(lat, lon, *BRUSSELS) > PLAUSIBLE_M


def _unreadable(topic: str, report: ErrorReport, at: str) -> Examined:
    """What an adapter could not read: a refusal like our own, but its bytes stayed there."""
    said = f"{report.message} ({report.origin})" if report.origin else report.message
    size = report.size or 0
    refusal = MessageRefused(
        at, report.source, topic[:300], report.rule, report.field[:200], said[:300], size
    )
    row = Quarantined(
        at=at,
        source=report.source,
        topic=topic[:300],
        reason=report.rule,
        field=report.field[:200],
        detail=said[:300],
        raw=b"",
        size=size,
        offset=report.offset,
        sha256=report.sha256 or "",
        folds_by=f"{report.rule} {report.field}",
    )
    return Examined(refusal, quarantined=row)


def _quarantined(
    topic: str, address: Address | str, payload: bytes, refused: Refused, at: str
) -> Examined:
    source = address.source if isinstance(address, Address) else "unknown"
    refusal = MessageRefused(
        at=at,
        source=source,
        topic=topic[:300],
        reason=refused.reason,
        field=refused.field[:200],
        detail=refused.detail[:300],
        size=len(payload),
    )
    row = Quarantined(
        at=at,
        source=source,
        topic=topic[:300],
        reason=refused.reason,
        field=refused.field[:200],
        detail=refused.detail[:300],
        raw=payload[:KEPT_RAW_BYTES],
        size=len(payload),
        count=1,
    )
    return Examined(refusal, quarantined=row)
