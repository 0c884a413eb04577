"""One run of a scenario as the scoring looks at it: what happened, with the truth beside it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tocsin.exercises.conduct.state import OVER, Conduct
from tocsin.exercises.happened import Happened, Moment, first_held, issue_of
from tocsin.exercises.happened.course import Carried, Life, Message
from tocsin.exercises.scenario.models import Condition, Inject, Scenario

GRAVE = 3
BACKGROUND = ""


@dataclass(frozen=True)
class Run:
    """`at` is how far exercise time has come."""

    seen: Happened
    conduct: Conduct
    scenario: Scenario
    at: str

    @property
    def over(self) -> bool:
        return self.conduct.state in OVER

    @cached_property
    def injects(self) -> Mapping[str, Inject]:
        return {inject.id: inject for inject in self.scenario.injects}

    @cached_property
    def messages(self) -> Mapping[str, Sequence[tuple[str, Message]]]:
        """For each inject what it brought, by external id, in the order of arrival."""
        return {
            inject: [(external_id, self.seen.messages[external_id]) for external_id in brought]
            for inject, brought in self.seen.brought.items()
            if inject in self.injects
        }

    @cached_property
    def keys(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """Incident of the room → what belongs to one thing in truth → its messages there.

        Background is one thing; what belongs to nothing known is a thing of its own.
        """
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for inject, messages in self.messages.items():
            for external_id, _ in messages:
                holder = self.seen.holder(external_id)
                if holder is not None:
                    key = self.key(self.injects[inject])
                    found[self.seen.master(holder)][key].append(external_id)
        return found

    @staticmethod
    def key(inject: Inject) -> str:
        if inject.incident is not None:
            return inject.incident
        return BACKGROUND if inject.background else f"~{inject.id}"

    @cached_property
    def labels(self) -> Sequence[str]:
        """The true incidents, in the order in which they were told."""
        known = dict.fromkeys(self.scenario.incidents)
        known |= dict.fromkeys(i.incident for i in self.scenario.injects if i.incident is not None)
        return tuple(known)

    @cached_property
    def rooms(self) -> Mapping[str, Sequence[str]]:
        """For each label the incidents of the room that hold something of it, the fullest first."""
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for room, keys in self.keys.items():
            for key, messages in keys.items():
                counted[key][room] += len(messages)
        return {
            label: sorted(counted[label], key=lambda room: (-counted[label][room], room))
            for label in self.labels
        }

    def thing(self, room: str) -> str:
        """What an incident of the room is: that of which it holds most, and not background."""
        keys = self.keys[room]
        return min(keys, key=lambda key: (key == BACKGROUND, -len(keys[key]), key))

    def main(self, label: str) -> str | None:
        """The incident of the room that is this true one; None where it lies in another's."""
        rooms = self.rooms.get(label, ())
        return next((room for room in rooms if self.thing(room) == label), None)

    def life(self, label: str) -> Life | None:
        main = self.main(label)
        return self.seen.incidents.get(main) if main is not None else None

    def grave_from(self, label: str) -> Moment | None:
        life = self.life(label)
        steps = life.grades if life is not None else ()
        return next((s.moment for s in steps if s.value.severity >= GRAVE), None)

    def of_label(self, label: str) -> list[tuple[str, Message]]:
        """What was told of a true incident, in the order of arrival."""
        found = [
            one
            for inject in self.scenario.injects
            if inject.incident == label
            for one in self.messages.get(inject.id, ())
        ]
        return sorted(found, key=lambda one: one[1].moment)

    def is_about(self, carried: Carried, incident: str | None) -> bool:
        return incident is not None and incident in {self.seen.master(i) for i in carried.about}

    def commands(self, *names: str) -> list[Carried]:
        """What people did and did not take back."""
        return [c for c in self.seen.commands if not c.undone and (not names or c.name in names)]

    def issue(self, inject: str) -> Moment | None:
        return issue_of(inject, self.seen, self.conduct)

    def first_held(self, condition: Condition, since: str | None = None) -> Moment | None:
        if condition.since is None and since is not None:
            condition = condition.model_copy(update={"since": since})
        return first_held(condition, self.seen, self.conduct, self.scenario, self.at)
