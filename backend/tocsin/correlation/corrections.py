"""What people corrected: pairs of an observation and an incident, labelled together or apart.

Read from the journal alone; later evaluations of the weights are measured against them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tocsin.journal.entry import Entry

How = Literal["undone", "accepted", "dismissed", "moved", "detached", "split", "merged", "related"]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """`observation` and `other` (an observation that was in that incident) are of one thing or not.

    `n` is the entry in which a person said so, `by` who.
    """

    observation: str
    other: str
    same: bool
    how: How
    n: int
    by: str


def labelled_pairs(entries: Iterable[Entry]) -> list[LabelledPair]:
    """The pairs that a stretch of journal holds, oldest first, from the realm's first entry on.

    What a person took back within ten minutes is no label.
    """
    reader = _Reader()
    found: list[LabelledPair] = []
    taken_back: set[int] = set()
    causes: dict[int, int] = {}
    for entry in entries:
        if entry.kind == "act_undone":
            taken_back.add(entry.body["undoes"])
        for pair in reader.read(entry):
            found.append(pair)
            causes[pair.n] = entry.cause
    return [pair for pair in found if causes[pair.n] not in taken_back]


class _Reader:
    """Who is in which incident, as far as the entries tell."""

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}
        self._suggested: dict[str, tuple[str, str]] = {}
        self._duplicates: dict[str, tuple[str, str]] = {}
        self._settled: set[int] = set()  # causes of which the suggestion has spoken

    def read(self, entry: Entry) -> Iterator[LabelledPair]:
        body = entry.body
        match entry.kind:
            case "incident_opened":
                self._members[body["incident"]] = [body["observation"]]
            case "observation_joined":
                yield from self._joined(entry)
            case "join_suggested":
                self._suggested[body["suggestion"]] = (body["observation"], body["incident"])
            case "suggestion_settled":
                yield from self._suggestion(entry)
            case "observation_detached":
                yield from self._detached(entry)
            case "incidents_merged":
                yield from self._merged(entry)
            case "relation_proposed":
                relation = body["relation"]
                if relation["kind"] == "duplicate":
                    self._duplicates[relation["id"]] = (relation["origin"], relation["target"])
            case "relation_settled":
                yield from self._related(entry)
            case _:
                pass

    def _pair(
        self, observation: str, incident: str, same: bool, how: How, entry: Entry, by: str
    ) -> Iterator[LabelledPair]:
        """With the oldest other member: the one that opened the incident, where it is still in."""
        others = [o for o in self._members.get(incident, ()) if o != observation]
        if others:
            yield LabelledPair(observation, others[0], same, how, entry.n, by)

    def _joined(self, entry: Entry) -> Iterator[LabelledPair]:
        body, by = entry.body, entry.body["why"].get("by")
        members = self._members.setdefault(body["incident"], [])
        if by is not None and entry.cause not in self._settled:
            how: How = "split" if "split_from" in body["why"] else "moved"
            yield from self._pair(body["observation"], body["incident"], True, how, entry, by)
        members.append(body["observation"])

    def _suggestion(self, entry: Entry) -> Iterator[LabelledPair]:
        body = entry.body
        suggested = self._suggested.pop(body["suggestion"], None)
        outcome = body["outcome"]
        if suggested is None or outcome not in ("accepted", "dismissed"):
            return
        self._settled.add(entry.cause)
        yield from self._pair(*suggested, outcome == "accepted", outcome, entry, body["by"])

    def _detached(self, entry: Entry) -> Iterator[LabelledPair]:
        body = entry.body
        observation, incident = body["observation"], body["incident"]
        if entry.cause not in self._settled:
            how: How = "undone" if "undoes" in body else "detached"
            yield from self._pair(observation, incident, False, how, entry, body["by"])
        members = self._members.get(incident, [])
        if observation in members:
            members.remove(observation)

    def _merged(self, entry: Entry) -> Iterator[LabelledPair]:
        body = entry.body
        gone = self._members.pop(body["incident"], [])
        if gone:
            yield from self._pair(gone[0], body["into"], True, "merged", entry, body["by"])
        self._members.setdefault(body["into"], []).extend(gone)

    def _related(self, entry: Entry) -> Iterator[LabelledPair]:
        """Two that a rule took for one, and a person did not."""
        ends = self._duplicates.get(entry.body["relation"])
        changes: dict[str, Any] = entry.body["changes"]
        if ends is None or changes.get("status") not in ("confirmed", "rejected"):
            return
        origin = self._members.get(ends[0])
        if origin:
            same = changes["status"] == "confirmed"
            yield from self._pair(origin[0], ends[1], same, "related", entry, changes["by"])
