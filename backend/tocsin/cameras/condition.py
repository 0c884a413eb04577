"""How a camera is, from all that sources say of it: any trouble wins over "working"."""

from collections.abc import Iterable, Mapping

from tocsin.situation.picture import SourceView
from tocsin.situation.records import CameraState

GONE = frozenset({"offline", "silent"})


def conditions(
    states: Iterable[CameraState], sources: Mapping[str, SourceView]
) -> dict[str, CameraState]:
    """The word that counts for each camera; one whose source is gone counts for nothing.

    Of several troubles the one that began last.
    """
    found: dict[str, CameraState] = {}
    for state in states:
        source = sources.get(state.source)
        if source is not None and source.state in GONE:
            continue
        before = found.get(state.camera)
        if before is None or _weight(state) > _weight(before):
            found[state.camera] = state
    return found


def _weight(state: CameraState) -> tuple[bool, str, str]:
    return state.state != "working", state.since, state.source
