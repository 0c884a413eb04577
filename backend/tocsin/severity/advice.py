"""Which advice the rules give on an incident, each with the criterion that says so. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tocsin.severity.caps import bears, cap_on
from tocsin.severity.table import Figures, Line, Rule, SeverityTable, placeholders
from tocsin.severity.view import Facts, IncidentView, Named, Witness
from tocsin.tables import LANGUAGES, Language
from tocsin.taxonomy.facts import vocabulary
from tocsin.taxonomy.types import types

GRAVEST = 4
PHASES = ("none", "pc_ops", "communale", "provinciale", "federale")

_UNKNOWN: dict[Language, str] = {"fr": "inconnu", "nl": "onbekend", "en": "unknown"}
_YES: dict[Language, str] = {"fr": "oui", "nl": "ja", "en": "yes"}
_NO: dict[Language, str] = {"fr": "non", "nl": "neen", "en": "no"}
_BEFORE_COLON: dict[Language, str] = {"fr": " ", "nl": "", "en": ""}


@dataclass(frozen=True, slots=True)
class AdviceDraft:
    """Advice as the rules give it.

    `target`: the severity or the phase advised, the plan's own name for a plan; `rules`: the
    rules whose criteria hold, all of them in `criterion`.
    """

    kind: str
    target: int | str
    type: str | None
    rules: tuple[str, ...]
    criterion: dict[str, str]
    evidence: tuple[str, ...]


def advise(view: IncidentView, table: SeverityTable) -> list[AdviceDraft]:
    """All advice on this incident; one draft for each severity, plan or phase advised.

    The order of the facts and of the observations makes no difference.
    """
    holding: dict[tuple[str, int | str, str | None], list[_Held]] = {}
    for rule in table.rules:
        if rule.needs and rule.needs.isdisjoint(view.facts):
            continue
        held = _holds(rule, view, table)
        if held is None:
            continue
        for kind, target in _targets(held, view, table):
            holding.setdefault((kind, target, held.type), []).append(held)
    return [
        AdviceDraft(
            kind=kind,
            target=target,
            type=type_,
            rules=tuple(held.rule.name for held in found),
            criterion=_criterion(kind, target, found, view, table),
            evidence=tuple(sorted({one for held in found for one in held.evidence})),
        )
        for (kind, target, type_), found in holding.items()
    ]


class _Hint(NamedTuple):
    severity: int
    type: str | None
    witness: Witness


@dataclass(slots=True)
class _Held:
    """A rule that holds: what it rests on, and the words that its lines lend the criterion."""

    rule: Rule
    evidence: set[str] = field(default_factory=set)
    words: dict[str, Mapping[Language, str]] = field(default_factory=dict)
    hint: _Hint | None = None

    @property
    def type(self) -> str | None:
        """The type that a source names, where the advice is to take it."""
        return self.hint.type if self.hint is not None else None


def _targets(
    held: _Held, view: IncidentView, table: SeverityTable
) -> Iterator[tuple[str, int | str]]:
    gives = held.rule.gives
    severity = _severity(held, view)
    if severity is not None and severity > view.severity and _may_rise(severity, view, table):
        yield "severity", severity
    if gives.plan is not None and not _is_so(view.facts, table.announced[gives.plan]):
        yield gives.plan, gives.plan
    if gives.phase is not None and _rank(gives.phase) > _rank(view.phase):
        yield "phase", gives.phase


def _severity(held: _Held, view: IncidentView) -> int | None:
    match held.rule.gives.severity:
        case "one_more":
            kind = types().get(view.type)
            return None if kind is None else min(GRAVEST, kind.severity + 1)
        case "hinted":
            return held.hint.severity if held.hint is not None else None
        case severity:
            return severity


def _may_rise(severity: int, view: IncidentView, table: SeverityTable) -> bool:
    cap = cap_on(view.witnesses, table)
    return cap is None or cap.advice or severity <= cap.at_most


def _rank(phase: str | None) -> int:
    return PHASES.index(phase) if phase in PHASES else 0


def _holds(rule: Rule, view: IncidentView, table: SeverityTable) -> _Held | None:
    held = _Held(rule)
    if not all(_line(line, view, table, held) for line in rule.when):
        return None
    for name in placeholders(rule.criterion.fr):
        if name in view.facts:  # what is quoted is evidence too
            held.evidence.add(view.facts[name]["observation"])
    return held


def _line(line: Line, view: IncidentView, table: SeverityTable, held: _Held) -> bool:
    """Whether the line holds; if so, what it rests on and lends the criterion is in `held`."""
    looks = _LOOKS.get(line.head)
    return (
        looks(line, view, held)
        if looks is not None
        else _WITHIN[line.head](line, view, table, held)
    )


def _any_of(line: Line, view: IncidentView, table: SeverityTable, held: _Held) -> bool:
    """Not only the first that holds: each one is evidence."""
    return sum(_line(part, view, table, held) for part in line.any or ()) > 0


def _all_of(line: Line, view: IncidentView, table: SeverityTable, held: _Held) -> bool:
    tried = _Held(held.rule)
    parts = line.all or line.together or ()
    if not all(_line(part, view, table, tried) for part in parts):
        return False
    if line.together is not None and len(tried.evidence) != 1:
        return False
    held.evidence |= tried.evidence
    held.words |= tried.words
    return True


def _fact(line: Line, view: IncidentView, held: _Held) -> bool:
    known = view.facts.get(line.fact or "")
    if known is None or not _compares(line, known["value"]):
        return False
    held.evidence.add(known["observation"])
    _quote_threshold(line, held)
    return True


def _compares(line: Line, value: object) -> bool:
    if line.is_ is not None:
        return type(value) is type(line.is_) and value == line.is_
    if line.one_of is not None:
        return isinstance(value, str) and value in line.one_of
    return _is_number(value) and _reaches(value, line)  # type: ignore[arg-type] # narrowed by _is_number


def _sum(figures: Figures, facts: Facts, held: _Held) -> bool:
    known = _known(figures, facts)
    total = sum(known.values())
    if not known or not _reaches(total, figures):
        return False
    held.evidence.update(facts[name]["observation"] for name in known)
    held.words["sum"] = _same(str(total))
    _quote_threshold(figures, held)
    return True


def _largest(figures: Figures, facts: Facts, held: _Held) -> bool:
    known = _known(figures, facts)
    if not known:
        return False
    name = max(known, key=lambda one: (known[one], one))
    if not _reaches(known[name], figures):
        return False
    held.evidence.add(facts[name]["observation"])
    fact = vocabulary()[name]
    held.words["largest"] = _same(str(known[name]))
    held.words["largest_name"] = {language: getattr(fact, language) for language in LANGUAGES}
    _quote_threshold(figures, held)
    return True


def _known(figures: Figures, facts: Facts) -> dict[str, int]:
    """The figures that are known; one that is not is not taken for 0, it is left out."""
    return {
        name: facts[name]["value"]
        for name in figures.facts
        if name in facts and _is_number(facts[name]["value"])
    }


def _reaches(value: float, least: Line | Figures) -> bool:
    if least.more_than is not None:
        return value > least.more_than
    return least.at_least is not None and value >= least.at_least


def _quote_threshold(least: Line | Figures, held: _Held) -> None:
    limit = least.at_least if least.at_least is not None else least.more_than
    if limit is not None:
        held.words["threshold"] = _same(f"{limit:g}")


def _communes(least: int, view: IncidentView, held: _Held) -> bool:
    if len(view.communes) < least:
        return False
    held.evidence.update(commune.observation for commune in view.communes)
    by_name = sorted(view.communes, key=lambda commune: commune.fr)
    french = ", ".join(commune.fr for commune in by_name)
    dutch = ", ".join(commune.nl for commune in by_name)
    both = ", ".join(_both_names(commune) for commune in by_name)
    held.words["communes"] = {"fr": french, "nl": dutch, "en": both}
    held.words["communes_count"] = _same(str(len(by_name)))
    return True


def _site(kinds: tuple[str, ...], view: IncidentView, held: _Held) -> bool:
    if view.site is None or (view.site.kind is not None and view.site.kind not in kinds):
        return False
    held.evidence.add(view.site.observation)
    both = _both_names(view.site)
    held.words["site"] = {"fr": view.site.fr, "nl": view.site.nl, "en": both}
    return True


def _both_names(place: Named) -> str:
    return place.fr if place.fr == place.nl else f"{place.fr} / {place.nl}"


def _disciplines(least: int, view: IncidentView, held: _Held) -> bool:
    held.words["disciplines"] = _same(", ".join(view.disciplines))
    return len(view.disciplines) >= least


def _hinted(line: Line, view: IncidentView, table: SeverityTable, held: _Held) -> bool:
    """The gravest of what each source said last, if it is graver than the incident."""
    what = line.hinted
    hints: list[_Hint] = []
    for witness in _latest_of_each(what, view.witnesses):
        if not (witness.news and bears(witness, table)):
            continue
        if what == "severity" and witness.severity is not None:
            hints.append(_Hint(witness.severity, None, witness))
        named = types().get(witness.type_hint or "")
        if what == "type" and named is not None and named.code != view.type:
            hints.append(_Hint(named.severity, named.code, witness))
    if not hints:
        return False
    held.hint = max(hints, key=lambda hint: (hint.severity, hint.witness.observation))
    if held.hint.severity <= view.severity:
        return False
    held.evidence.add(held.hint.witness.observation)
    held.words["source"] = _same(held.hint.witness.source)
    held.words["hint"] = _same(f"S{held.hint.severity}")
    named = types().get(held.hint.type or "")
    held.words["hint_type"] = {
        language: getattr(named, language) if named is not None else "" for language in LANGUAGES
    }
    return True


def _latest_of_each(what: str | None, witnesses: tuple[Witness, ...]) -> list[Witness]:
    """Of each source its last observation that says anything about it."""
    latest: dict[str, Witness] = {}
    for witness in sorted(witnesses, key=lambda one: (one.at, one.observation)):
        if (witness.severity if what == "severity" else witness.type_hint) is not None:
            latest[witness.source] = witness
    return list(latest.values())


def _family_of(view: IncidentView) -> str | None:
    kind = types().get(view.type)
    return kind.family if kind is not None else None


_LOOKS: Mapping[str, Callable[[Any, IncidentView, _Held], bool]] = {
    "fact": _fact,
    "not_fact": lambda line, view, held: not _is_so(view.facts, line.not_fact),
    "sum": lambda line, view, held: _sum(line.sum, view.facts, held),
    "largest": lambda line, view, held: _largest(line.largest, view.facts, held),
    "type_in": lambda line, view, held: view.type in line.type_in,
    "type_not_in": lambda line, view, held: view.type not in line.type_not_in,
    "family_not_in": lambda line, view, held: _family_of(view) not in line.family_not_in,
    "severity_at_least": lambda line, view, held: view.severity >= line.severity_at_least,
    "severity_at_most": lambda line, view, held: view.severity <= line.severity_at_most,
    "communes_at_least": lambda line, view, held: _communes(line.communes_at_least, view, held),
    "communes_at_most": lambda line, view, held: len(view.communes) <= line.communes_at_most,
    "disciplines_at_least": lambda line, view, held: _disciplines(
        line.disciplines_at_least, view, held
    ),
    "code_kind": lambda line, view, held: any(
        code.startswith(f"{line.code_kind}:") for code in view.codes
    ),
    "site_in": lambda line, view, held: _site(line.site_in, view, held),
}
_WITHIN: Mapping[str, Callable[[Line, IncidentView, SeverityTable, _Held], bool]] = {
    "hinted": _hinted,
    "together": _all_of,
    "any": _any_of,
    "all": _all_of,
}


def _is_so(facts: Facts, name: str) -> bool:
    """Known, and not known to be false."""
    return name in facts and facts[name]["value"] is not False


def _is_number(value: object) -> bool:
    return type(value) in (int, float)  # a truth value is an int to Python, not to a rule


def _same(word: str) -> dict[Language, str]:
    return dict.fromkeys(LANGUAGES, word)


def _criterion(
    kind: str, target: int | str, found: list[_Held], view: IncidentView, table: SeverityTable
) -> dict[str, str]:
    head = table.heads["severity" if kind == "severity" else str(target)]
    told: dict[str, str] = {}
    for language in LANGUAGES:
        space = _BEFORE_COLON[language]
        sentences = [
            getattr(held.rule.criterion, language).format_map(_words(held, view, language))
            for held in found
        ]
        begin = getattr(head, language).format_map({"target": target})
        told[language] = f"{begin}{space}: {f'{space}; '.join(sentences)}"
    return told


def _words(held: _Held, view: IncidentView, language: Language) -> dict[str, Any]:
    kind = types().get(view.type)
    words = {
        name: _word(name, view.facts.get(name, {}).get("value"), language)
        for name in placeholders(held.rule.criterion.fr)
        if name in vocabulary()
    }
    words |= {name: by_language[language] for name, by_language in held.words.items()}
    words["severity"] = f"S{view.severity}"
    words["type"] = getattr(kind, language) if kind is not None else view.type
    words["place"] = view.place or _UNKNOWN[language]
    return words


def _word(name: str, value: object, language: Language) -> str:
    if value is None:
        return _UNKNOWN[language]
    if isinstance(value, bool):
        return _YES[language] if value else _NO[language]
    choice = (vocabulary()[name].choices or {}).get(str(value))
    if choice is not None:
        return str(getattr(choice, language))
    return f"{value:g}" if isinstance(value, float) else str(value)
