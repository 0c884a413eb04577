"""The register of sources: what was agreed on each, how it is now, and what it is worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.journal.store import QuarantineCount
from tocsin.situation.picture import SourceView
from tocsin.situation.records import Mark
from tocsin.value.sheet import ValueSheet

OURS = "tocsin:"  # parts of the house are no suppliers


@dataclass(frozen=True, slots=True)
class Configured:
    """What the settings say of a source: the agreement, in the words of `[[sources]]`."""

    source: str
    realm: str
    adapter: str
    intake: str
    maturity: str | None = None
    legal_regime: str | None = None
    controller: str | None = None
    protocol_ref: str | None = None
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """`messages` that could not be read, for one reason; `last_at` is UTC text."""

    reason: str
    messages: int
    last_at: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Since the processes started; null where nobody has told.

    `heard_at`: the last sign of life, be it a heartbeat; `said_at`: the last observation.

    received, published, rejected, warnings  as the source's own process counts
    accepted, duplicates, quarantined        as the room counts what arrived
    """

    received: int | None
    published: int | None
    rejected: int | None
    warnings: int | None
    accepted: int
    duplicates: int
    quarantined: int
    rate_per_min: float
    heard_at: str | None
    said_at: str | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source. `configured` is null for one that this process was told nothing of."""

    source: str
    adapter: str | None
    state: str
    since: str | None
    trouble: str | None
    outbox: int
    unreliable: bool
    configured: Configured | None
    flow: Flow
    rejects: tuple[Reject, ...]
    value: ValueSheet


def register(
    configured: Sequence[Configured],
    views: Mapping[str, SourceView],
    marks: Mapping[str, Mark],
    figures: Mapping[str, Mapping[str, Any]],
    counts: Iterable[QuarantineCount],
    sheets: Mapping[str, ValueSheet],
) -> list[SourceLine]:
    """Every source that has a sheet, by name; parts of the house left out.

    `sheets` holds one for each that is configured, known to the situation, counted or refused.
    """
    agreed = {one.source: one for one in configured}
    rejects: dict[str, list[Reject]] = {}
    for count in counts:
        of = rejects.setdefault(count.source, [])
        of.append(Reject(count.reason, count.messages, count.last_at))
    return [
        _line(
            name,
            agreed.get(name),
            views.get(name),
            name in marks and marks[name].trust == "unreliable",
            figures.get(name, {}),
            rejects.get(name, []),
            sheets[name],
        )
        for name in sorted(sheets)
        if not name.startswith(OURS)
    ]


def _line(
    name: str,
    agreed: Configured | None,
    view: SourceView | None,
    unreliable: bool,
    figures: Mapping[str, Any],
    rejects: list[Reject],
    sheet: ValueSheet,
) -> SourceLine:
    said = figures.get("counts") or {}
    told = view.adapter if view is not None else None
    return SourceLine(
        source=name,
        adapter=told or (agreed.adapter if agreed is not None else None),
        state=view.state if view is not None else "unknown",
        since=view.since if view is not None else None,
        trouble=view.trouble if view is not None else None,
        outbox=view.outbox if view is not None else 0,
        unreliable=unreliable,
        configured=agreed,
        flow=Flow(
            received=said.get("received"),
            published=said.get("published"),
            rejected=said.get("rejected"),
            warnings=said.get("warnings"),
            accepted=figures.get("accepted", 0),
            duplicates=figures.get("duplicates", 0),
            quarantined=figures.get("quarantined", 0),
            rate_per_min=figures.get("rate_per_min", 0.0),
            heard_at=figures.get("heard_at"),
            said_at=figures.get("said_at"),
        ),
        rejects=tuple(sorted(rejects, key=lambda reject: -reject.messages)),
        value=sheet,
    )
