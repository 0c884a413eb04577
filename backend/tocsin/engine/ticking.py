"""The passing of time: what it alone brings about. A tick that brings nothing leaves no entry."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from tocsin.contract.times import from_text, to_text
from tocsin.engine import alarms
from tocsin.engine.deliberation import Deliberation
from tocsin.engine.inputs import ClockTicked
from tocsin.engine.lifecycle import meet_fates
from tocsin.engine.ties import review_ties, ties_due
from tocsin.lifecycle.life import due_fates
from tocsin.situation.picture import Shown

TRACKS_KEPT = timedelta(minutes=10)
TRACKS_SHOWN = 10_000  # what screens can move; of more, those last heard of


def tick(d: Deliberation, given: ClockTicked) -> None:
    situation = d.so_far()
    stale = _stale_tracks(situation.tracks, given.at)
    settled = [key for key, act in situation.undoable.items() if act.until < given.at]
    sources = situation.sources
    silent = [s for s in given.silent if s in sources and sources[s].state != "silent"]
    fates = due_fates(situation, given.at)
    ties = ties_due(situation, given.at, d.rulebook.tie_rules)
    calls = alarms.due(situation, given.at, d.rulebook.alarm_types)
    if not (stale or settled or silent or fates or ties or calls):
        return
    d.enter("clock_ticked", {"silent": list(given.silent)})
    for source in sorted(silent):
        view = asdict(sources[source]) | {"state": "silent", "since": given.at}
        d.enter("source_changed", {"source": view})
    if stale:
        d.enter("tracks_dropped", {"tracks": stale})
    for incident in ties:
        review_ties(d, incident)
    alarms.carry_out(d, calls)
    meet_fates(d, fates)
    if settled:
        d.enter("records_dropped", {"tables": {"undoable": sorted(settled, key=int)}})


def _stale_tracks(tracks: Mapping[str, Shown], at: str) -> list[str]:
    """Not heard of for a while, or beyond what screens can move; by name."""
    since = to_text(from_text(at) - TRACKS_KEPT)
    stale = {key for key, shown in tracks.items() if shown.recorded_at < since}
    if len(tracks) - len(stale) > TRACKS_SHOWN:
        by_age = sorted(tracks, key=lambda key: (tracks[key].recorded_at, key))
        stale |= set(by_age[:-TRACKS_SHOWN])
    return sorted(stale)
