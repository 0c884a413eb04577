"""Every installed adapter on its fixtures, whole and damaged, as the runner would use it."""

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.contract import Adapter, Finding, Observation, Receipt, Translation, envelope_for
from tocsin.contract.adapter import MAX_MEMORY_VALUE
from tocsin.contract.envelope import MAX_MESSAGE_BYTES
from tocsin.sources import installed_adapters, load_adapters
from tocsin.taxonomy import types

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = installed_adapters()
LARGEST_SAMPLE = 300_000  # what is damaged a thousand times must be read a thousand times
RECEIPT = Receipt(
    source="test:trial",
    realm="exercise-trial",
    received_at=datetime(2026, 1, 15, 15, 41, 7, tzinfo=UTC),
    origin="https://feed.example/index",
    legal_regime="LFP_police",
)
TOPICS = {
    "dji": (
        "thing/product/1581F5BKD000000/osd",
        "thing/product/1581F5BKD000000/events",
        "thing/product/1581F5BKD000000/requests",
        "sys/product/1581F5BKD000000/status",
    ),
    "frigate": (
        "frigate/events",
        "frigate/reviews",
        "frigate/tracked_object_update",
        "frigate/available",
        "frigate/front/status/detect",
    ),
    "onvif": (
        "gate/7/onvif-ej/RuleEngine/Recognition/LicensePlate/&VideoSource_1/x",
        "d/onvif-ej/VideoSource/GlobalSceneChange/ImagingService/&1",
        "d/onvif-ej/RuleEngine/LineDetector/Crossed/&1/2/x",
        "d/onvif-ej/Device/Sensor/Temperature/High",
    ),
    "owntracks": (
        "owntracks/me/phone",
        "owntracks/me/phone/event",
        "owntracks/me/phone/waypoint",
        "owntracks/me/phone/status",
    ),
    "remote_id": ("opendroneid/one/availability", "opendroneid/one/system/attrs"),
}
CONTENT_TYPES = ("", "application/json", "text/xml", "multipart/form-data; boundary=frontier")
_rule = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
_types = frozenset(types())


@cache
def adapter(name: str) -> Adapter:
    return load_adapters([name])[name]({})


@cache
def samples(name: str) -> tuple[bytes, ...]:
    folder = FIXTURES / name
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        path.read_bytes()
        for path in files
        if path.is_file() and path.suffix not in {".md", ".yaml", ".errors"}
    )


def receipts(name: str) -> list[Receipt]:
    """As if it had been pushed, and on each kind of topic that its format has."""
    return [RECEIPT, *(replace(RECEIPT, topic=topic) for topic in TOPICS.get(name, ()))]


def best_receipt(name: str, sample: bytes) -> Receipt:
    """The one with which it says most."""
    made = [(adapter(name).translate(sample, one), one) for one in receipts(name)]
    return max(made, key=lambda pair: len(pair[0].observations))[1]


def promises_broken(made: Translation, receipt: Receipt) -> Iterator[str]:
    """What the contract asks of a translation, and this one does not give."""
    if not isinstance(made, Translation):
        yield f"it gives a {type(made).__name__}"
        return
    for observation in made.observations:
        yield from _of_an_observation(observation, receipt)
    for finding in (*made.warnings, *made.rejections):
        yield from _of_a_finding(finding)
    for link in made.links:
        if not link.startswith(("http://", "https://")):
            yield f"a link to {link[:80]!r}"
    for key, value in made.remember.items():
        if not isinstance(key, str) or not isinstance(value, str | None):
            yield "it remembers what is no text"
        elif value is not None and len(value.encode()) > MAX_MEMORY_VALUE:
            yield f"it remembers {len(value.encode())} bytes under one key"


def _of_an_observation(observation: Observation, receipt: Receipt) -> Iterator[str]:
    if observation.source != receipt.source:
        yield f"an observation of the source {observation.source}"
    if len(envelope_for(observation).model_dump_json(exclude_none=True)) > MAX_MESSAGE_BYTES:
        yield "an observation that is too large to be sent"
    if observation.type_hint is not None and observation.type_hint not in _types:
        yield f"the type {observation.type_hint}, which nobody knows"
    if observation.maturity is not None:
        yield "a maturity, which only the configuration knows"
    try:
        Observation.model_validate_json(observation.model_dump_json())
    except ValueError as trouble:
        yield f"an observation that breaks the contract: {trouble}"


def _of_a_finding(finding: Finding) -> Iterator[str]:
    if not _rule.fullmatch(finding.rule):
        yield f"a finding with the rule {finding.rule!r}"
    if not finding.message or len(finding.message) > 300:
        yield f"a finding with {len(finding.message)} characters of message: {finding.rule}"
    if len(finding.field) > 300:
        yield f"a finding in a field of {len(finding.field)} characters: {finding.rule}"


# Damage

_FRAGMENTS = (
    *(b"<", b"</", b">", b"&", b"&#0;", b"]]>", b"<!DOCTYPE x [", b"<?x", b"{", b"}", b"[", b"]"),
    *(b'"', b"\\u", b":", b",", b"NaN", b"-", b"1e999", b"9" * 30, b"\x00", b"\xff\xfe", b"\r\n"),
    *(b"--", b"!AIVDM,2,1,", b"*00", b"\xbf\x01\xbf", b"\xbf\xff", b"\xff\xd8\xff"),
)
_WILD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 91.5, 181, -180.0, 1e308, 2**70, -(2**63) - 1, 0.1 + 0.2),
    *(float("nan"), float("inf"), "NaN", "-0", "1e999", "", " ", "\x00", "\ud800", "é\u202e" * 9),
    *("x" * 5000, "9" * 400, "2026-13-45T99:99:99Z", "2026-01-15T16:41:07", "0001-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59-12:00", "1768491667", 1768491667, 1768491667000, 10**18, "50.85,4.35"),
    *([], {}, [[]], [None], {"": {}}, [[1, 2], [3]], {"a": [{"b": [{}]}]}, "https://x.example/"),
)


@dataclass
class Damage:
    """Damaged samples of one adapter, the same ones for the same seed."""

    name: str
    seed: int

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.name} {self.seed}")
        self._samples = [one for one in samples(self.name) if len(one) <= LARGEST_SAMPLE]

    def next(self) -> tuple[bytes, Receipt]:
        sample = self._dice.choice(self._samples)
        how = self._dice.choice((self._bytes, self._bytes, self._values, self._texts))
        topics = ("", *TOPICS.get(self.name, ()))
        receipt = replace(
            RECEIPT,
            topic=self._dice.choice(topics),
            content_type=self._dice.choice(CONTENT_TYPES),
        )
        return how(sample), receipt

    def _bytes(self, sample: bytes) -> bytes:
        """Cut, copied, overwritten: as a broken line or a hostile hand leaves it."""
        payload = bytearray(sample)
        for _ in range(self._dice.randint(1, 6)):
            at = self._dice.randint(0, len(payload))
            until = min(len(payload), at + self._dice.choice((0, 1, 3, 40)))
            match self._dice.randrange(5):
                case 0:
                    payload[at:until] = self._dice.randbytes(self._dice.randint(0, 8))
                case 1:
                    payload[at:until] = self._dice.choice(_FRAGMENTS)
                case 2:
                    del payload[at:until]
                case 3:
                    payload[at:at] = payload[at:until] * self._dice.randint(1, 20)
                case _ if payload:
                    place = min(at, len(payload) - 1)
                    payload[place] ^= 1 << self._dice.randrange(8)
        if self._dice.random() < 0.1:
            del payload[self._dice.randint(0, len(payload)) :]
        return bytes(payload)

    def _values(self, sample: bytes) -> bytes:
        """A whole document with wild values in it, so that they reach the rules behind."""
        try:
            document = json.loads(sample)
        except ValueError:
            return self._texts(sample)
        for _ in range(self._dice.randint(1, 4)):
            document = self._with_a_wild_value(document)
        return json.dumps(document).encode()

    def _with_a_wild_value(self, document: Any) -> Any:
        places = list(_places(document))
        wild = deepcopy(self._dice.choice(_WILD))
        if not places:
            return wild
        inside, key = self._dice.choice(places)
        if self._dice.random() < 0.15:
            del inside[key]
        else:
            inside[key] = wild
        return document

    def _texts(self, sample: bytes) -> bytes:
        """The same for XML and its kin."""
        parts = sample.split(b">")
        if len(parts) < 3:
            return self._bytes(sample)
        for _ in range(self._dice.randint(1, 5)):
            at = self._dice.randrange(1, len(parts))
            _, mark, tag = parts[at].rpartition(b"<")
            wild = str(self._dice.choice(_WILD)).replace("<", "").replace("&", "")
            parts[at] = wild.encode("utf-8", "replace") + mark + tag
        return b">".join(parts)


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    pending = [document]
    while pending:
        one = pending.pop()
        keys: Any = ()
        if isinstance(one, dict):
            keys = list(one)
        elif isinstance(one, list):
            keys = range(len(one))
        for key in keys:
            yield one, key
            pending.append(one[key])
