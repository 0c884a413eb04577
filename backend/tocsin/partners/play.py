"""A script being played: what stands at a moment, and when what is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tocsin.partners.script import Fact, Partner, PartnerScript, place_named
from tocsin.places import NamedPlace
from tocsin.tables import Words


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing as its partner knows it after `version` facts about it; times are aware UTC."""

    thing: str
    what: str
    words: Words
    since: datetime
    changed: datetime
    version: int
    place: NamedPlace | None = None
    to: NamedPlace | None = None
    arrives: datetime | None = None
    severity: int | None = None
    victims: str | None = None
    lines: tuple[str, ...] = ()
    state: str | None = None
    over: bool = False
    earlier: tuple[datetime, ...] = field(default=())  # when the versions before were told

    def position(self, now: datetime) -> tuple[float, float]:
        """Latitude and longitude: at its place, or on the straight way to the next."""
        if self.place is None or self.place.lat is None or self.place.lon is None:
            raise ValueError(f"{self.thing} is nowhere")
        lat, lon = self.place.lat, self.place.lon
        if self.to is None or self.arrives is None or self.to.lat is None or self.to.lon is None:
            return lat, lon
        whole = (self.arrives - self.changed).total_seconds()
        done = min(1.0, max(0.0, (now - self.changed).total_seconds() / whole))
        return lat + (self.to.lat - lat) * done, lon + (self.to.lon - lon) * done


@dataclass(frozen=True, slots=True)
class Play:
    """`speed` shortens the waiting between facts; what is told bears the time of day.

    So everybody's clocks agree, whatever the speed.
    """

    script: PartnerScript
    started: datetime
    speed: float = 1.0

    def moment(self, fact: Fact) -> datetime:
        return self.started + fact.offset / self.speed

    @property
    def ends(self) -> datetime:
        return self.moment(self.script.facts[-1])

    def standing(self, partner: Partner, now: datetime) -> list[Standing]:
        """Every thing that this partner has told of until now, over or not, the oldest first."""
        return list(self._things(partner, now).values())

    def told(self, partner: Partner) -> Iterator[tuple[datetime, Standing]]:
        """What this partner says, one fact after the other, and when."""
        for fact in self.script.of(partner):
            moment = self.moment(fact)
            yield moment, self._things(partner, moment, last=fact)[fact.thing]

    def _things(
        self, partner: Partner, now: datetime, last: Fact | None = None
    ) -> dict[str, Standing]:
        found: dict[str, Standing] = {}
        for fact in self.script.of(partner):
            moment = self.moment(fact)
            if moment > now:
                break
            before = found.get(fact.thing)
            found[fact.thing] = self._changed(before, fact, moment)
            if fact is last:
                break
        return found

    def _changed(self, before: Standing | None, fact: Fact, moment: datetime) -> Standing:
        """What a fact leaves unsaid stays as it was."""
        place = place_named(fact.place) if fact.place is not None else None
        to = place_named(fact.to) if fact.to is not None else None
        arrives = None
        if fact.minutes is not None:
            arrives = moment + timedelta(minutes=fact.minutes) / self.speed
        if before is None:
            if fact.what is None or fact.words is None:
                raise ValueError(f"{fact.thing}: the first fact says what and in which words")
            before = Standing(fact.thing, fact.what, fact.words, moment, moment, version=0)
            earlier: tuple[datetime, ...] = ()
        else:
            earlier = (*before.earlier, before.changed)
            if place is None and before.to is not None:  # it moved on and starts from there
                place = before.to
        return replace(
            before,
            what=fact.what or before.what,
            words=fact.words or before.words,
            place=place or before.place,
            to=to,
            arrives=arrives,
            severity=fact.severity or before.severity,
            victims=fact.victims or before.victims,
            lines=fact.lines or before.lines,
            state=fact.state or before.state,
            changed=moment,
            version=before.version + 1,
            over=fact.ends,
            earlier=earlier,
        )
