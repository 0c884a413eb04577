"""What time and sources do to incidents by themselves, and the figures that observations tell."""

from functools import cache

from tocsin.engine.deliberation import Deliberation
from tocsin.lifecycle.counts import Figure, figures_of, is_news
from tocsin.lifecycle.life import life_of, speaks_alone, touched
from tocsin.lifecycle.states import Fate, shipped_states, state_advice
from tocsin.situation.picture import Shown, observed_or_recorded
from tocsin.situation.record_folds import RECORDS_ABOUT, records_about
from tocsin.situation.records import Count


def meet_fates(d: Deliberation, due: list[tuple[str, Fate]]) -> None:
    for incident_id, fate in due:
        if fate.what == "close":
            _close(d, incident_id, fate.key, fate.rule, fate.evidence)
        else:
            _archive(d, incident_id, fate)


def _archive(d: Deliberation, incident_id: str, fate: Fate) -> None:
    """Out of the picture, with all that is about it; the journal keeps everything."""
    about = {t: [r.id for r in records_about(d.draft, t, incident_id)] for t in RECORDS_ABOUT}
    tables = {table: ids for table, ids in about.items() if ids}
    if tables:
        d.enter("records_dropped", {"tables": tables})
    why = {"rule": fate.rule, "reason": fate.reason}
    d.enter("incident_archived", {"incident": incident_id, "why": why})


def end_by_source(d: Deliberation, incident_id: str, shown: Shown) -> None:
    """A source may end what it alone reported and nobody took; else its word is news for people.

    What it cancels is closed at once. What it ends may begin again: a tick closes it.
    """
    incident = d.draft.incidents[incident_id]
    if incident.state != "reported" or touched(d.draft, incident):
        return
    if shown.action == "end" and incident.observations[-1:] == (shown.id,):
        return
    if speaks_alone(d.draft, incident, shown.source):
        rule = shipped_states().automatic.source_ended.rule
        _close(d, incident_id, "source_ended", rule, shown.id)


def _close(
    d: Deliberation, incident_id: str, reason: str, rule: str, observation: str | None
) -> None:
    """`reason` is a key of the table's automatic reasons: screens say it in their language."""
    why = {"rule": rule} if observation is None else {"rule": rule, "observation": observation}
    closed = {"incident": incident_id, "state": "closed", "reason": reason, "by": None}
    d.enter("incident_state_changed", {**closed, "why": why})


def count_casualties(d: Deliberation, incident_id: str, shown: Shown) -> None:
    """Figures that an attached observation tells are listed beside those of other sources."""
    when = observed_or_recorded(shown)
    for figure in figures_of(shown.facts, shown.source, when, shown.id):
        if is_news(figure, records_about(d.draft, "counts", incident_id)):
            list_count(d, incident_id, figure)


def review_counts(d: Deliberation, incident_id: str) -> None:
    """After people moved observations: each figure is listed where its observation now belongs."""
    incident = d.draft.incidents.get(incident_id)
    if incident is None:
        return
    listed = records_about(d.draft, "counts", incident_id)
    strays = [count.id for count in listed if _belongs_elsewhere(d, count)]
    if strays:
        d.enter("records_dropped", {"tables": {"counts": strays}})
    told = {count.evidence for count in listed}
    for observation in incident.observations:
        if observation not in told:
            count_casualties(d, incident_id, d.draft.observations[observation])


def _belongs_elsewhere(d: Deliberation, count: Count) -> bool:
    shown = d.draft.observations.get(count.evidence) if count.evidence else None
    return shown is not None and shown.incident != count.incident


def list_count(d: Deliberation, incident_id: str, figure: Figure) -> None:
    d.enter(
        "count_reported",
        {
            "count": {
                "id": d.next_id("C"),
                "incident": incident_id,
                "category": figure.category,
                "value": figure.value,
                "certainty": figure.certainty,
                "source": figure.source,
                "counted_at": figure.counted_at,
                "recorded_at": d.at,
                "evidence": figure.evidence,
            }
        },
    )


def review_state(d: Deliberation, incident_id: str) -> None:
    """Advise the state that an incident seems to have reached; what people dismissed stays so."""
    if not _may_tell_of_a_state(d):
        return
    incident = d.draft.incidents.get(incident_id)
    known = [a for a in records_about(d.draft, "advice", incident_id) if a.kind == "state"]
    advice = None
    if incident is not None and incident.state in _advised_from():
        advice = state_advice(life_of(d.draft, incident, d.at))
    for one in known:
        if one.status == "open" and (advice is None or one.rule != advice.rule):
            d.enter("advice_settled", {"advice": one.id, "changes": {"status": "withdrawn"}})
    if advice is None or any(
        one.rule == advice.rule and one.status in ("open", "dismissed") for one in known
    ):
        return
    told = {
        "id": d.next_id("V"),
        "incident": incident_id,
        "kind": "state",
        "rule": advice.rule,
        "criterion": advice.criterion,
        "evidence": list(advice.evidence),
        "given_by": d.draft.n + 1,
        "command": {"command": "change_state", "incident": incident_id, "to": advice.to},
    }
    d.enter("advice_given", {"advice": told})


def _may_tell_of_a_state(d: Deliberation) -> bool:
    """False for the common case: one more observation, of something else."""
    first = d.of_this_input()[0]
    if first.kind != "observation_recorded":
        return True
    shown = first.body["shown"]
    return shown["kind"] == "resource_status" or not _telling_facts().isdisjoint(shown["facts"])


@cache
def _telling_facts() -> frozenset[str]:
    return frozenset(row.when for row in shipped_states().advice)


@cache
def _advised_from() -> frozenset[str]:
    return frozenset(state for row in shipped_states().advice for state in row.from_)
