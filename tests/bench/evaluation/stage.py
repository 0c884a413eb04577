"""Where an hour is told: who says what, when, how well placed, and what it truly belongs to."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from bench.evaluation.ground import Named, Spot, Street, nearest_street, next_to, streets
from bench.evaluation.noise import Noise
from bench.evaluation.subjects import EVERY_TYPE, Subject
from tocsin.contract import Observation

STARTS = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
CALLS = "cic:112"
AGAIN_SAME_ID, AGAIN_NEW_ID = 0.03, 0.02
TELEPHONE_FIX = 0.60  # share of the calls that bring a fix of the telephone's own
NO_NUMBER = 0.20  # of the others, told without a house number
DEVICES = frozenset({"anpr", "camera", "drones", "mobiris", "fleet"})  # not kept by a time server
LONG_STREET_M = 500  # here the dispatcher asks on, until there is a corner
Placed = Literal["fix", "address", "corner", "street", "cell", "lost"]


class Told(NamedTuple):
    """An observation, when it reaches the room, and the happening it is of (None: of none)."""

    arrives: datetime
    observation: Observation
    truth: str | None


@dataclass(frozen=True)
class Scene:
    """Where it happens, and the words for it; `landmark` is a tunnel, a station, a park …"""

    spot: Spot
    street: Street
    landmark: Named | None = None

    @staticmethod
    def at(spot: Spot, landmark: Named | None = None) -> "Scene":
        return Scene(spot, nearest_street(spot), landmark)

    @staticmethod
    def on(street: Street, share: float) -> "Scene":
        return Scene(street.at(share), street)


@dataclass
class Stage:
    """Everything told in one hour; times are seconds after its start."""

    chance: random.Random
    noise: Noise
    told: list[Told] = field(default_factory=list)
    first_typed: dict[str, str | None] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _clocks: dict[str, float] = field(default_factory=dict)
    _happenings: int = 0

    def happening(self, name: str) -> str:
        """A new label of truth."""
        self._happenings += 1
        return f"{name}-{self._happenings}"

    def tell(
        self,
        truth: str | None,
        source: str,
        kind: str,
        at: float,
        *,
        spot: Spot | None = None,
        accuracy_m: float | None = None,
        text: str | None = None,
        **fields: Any,
    ) -> str:
        """One observation as its source would send it; returns its external id."""
        external_id = self._next_id(source)
        observed = STARTS + timedelta(seconds=at + self._clock(source))
        document: dict[str, Any] = {
            "source": source,
            "external_id": external_id,
            "kind": kind,
            "observed_at": observed.isoformat(timespec="milliseconds"),
            "accuracy_m": None if accuracy_m is None else round(accuracy_m),
            "location_text": text,
            "maturity": "operational",
            **fields,
        }
        if spot is not None:
            document["geometry"] = {
                "type": "Point",
                "coordinates": [round(spot.lon, 6), round(spot.lat, 6)],
            }
        delay = self.chance.expovariate(1 / 1.5)
        if self.chance.random() < self.noise.out_of_order:
            delay += self.chance.uniform(5, 30) * max(1.0, self.noise.dial)
        self._send(truth, document, at + delay)
        return external_id

    def _send(self, truth: str | None, document: dict[str, Any], at: float) -> None:
        self._arrive(truth, document, at)
        draw = self.chance.random()
        if draw < AGAIN_SAME_ID:
            self._arrive(truth, document, at + self.chance.uniform(1, 60))
        elif draw < AGAIN_SAME_ID + AGAIN_NEW_ID:
            again = document | {"external_id": f"{document['external_id']}-bis"}
            self._arrive(truth, again, at + self.chance.uniform(1, 60))

    def _arrive(self, truth: str | None, document: Mapping[str, Any], at: float) -> None:
        arrives = STARTS + timedelta(seconds=round(at, 3))
        received = arrives.isoformat(timespec="milliseconds")
        observation = Observation.model_validate({**document, "received_at": received})
        self.told.append(Told(arrives, observation, truth))

    def _next_id(self, source: str) -> str:
        number = self._numbers[source] = self._numbers.get(source, 0) + 1
        return f"{number:04d}"

    def _clock(self, source: str) -> float:
        """How far a source's clock is off: the same for all it sends."""
        if source not in self._clocks:
            error = self.chance.gauss(0, self.noise.clock_error_s)
            broken = self.chance.random() < self.noise.broken_clock
            if broken and source.partition(":")[0] in DEVICES:
                error = self.chance.uniform(-3, 3) * 3600
            self._clocks[source] = error
        return self._clocks[source]

    # --- people who call

    def call(
        self,
        truth: str,
        subject: Subject,
        scene: Scene,
        at: float,
        *,
        source: str = CALLS,
        **fields: Any,
    ) -> str:
        """A call to the emergency number, as the dispatcher typed it."""
        chance = self.chance
        language = "fr" if chance.random() < 0.7 else "nl"
        typed = self.typed(subject)
        self.first_typed.setdefault(truth, typed)
        told = self._misheard(scene) if chance.random() < self.noise.wrong_address else scene
        how = self._how_placed(told)
        # what was misheard is the address: the telephone's fix and the tower still tell the truth
        spot, accuracy_m = self._placed(subject, scene if how in ("fix", "cell") else told, how)
        return self.tell(
            truth,
            source,
            "event",
            at,
            spot=spot,
            accuracy_m=accuracy_m,
            text=self.words(told, language, how),
            type_hint=typed,
            source_code="CALL",
            headline=chance.choice(subject.fr if language == "fr" else subject.nl),
            **fields,
        )

    def typed(self, subject: Subject) -> str | None:
        """The type that somebody chose for it."""
        chance, noise = self.chance, self.noise
        if chance.random() < noise.lost_type:
            return None
        if chance.random() < noise.absurd_type:
            return chance.choice(EVERY_TYPE)
        if subject.alike and chance.random() < noise.confused(subject.confusion):
            return chance.choice(subject.alike)
        return subject.type

    def words(self, scene: Scene, language: str, how: Placed) -> str | None:
        """A landmark, or a street in the caller's language, sometimes in both, or nothing.

        As exact as the place is known: a house number where there is an address, no more than
        the street where only the cell tower answers.
        """
        chance, street = self.chance, scene.street
        name, commune = street.name.text(language), street.commune.text(language)
        if scene.landmark is not None and chance.random() < 0.8:
            both = chance.random() < 0.25
            return str(scene.landmark) if both else scene.landmark.text(language)
        if how == "cell":
            return name if chance.random() < 0.75 else None
        if how == "street":
            return f"{name}, {commune}"
        draw = chance.random()
        if how == "fix" and draw < 0.15:
            return None
        if how != "corner" and draw < 0.25:
            return str(street.name)
        if how == "corner" or (how == "fix" and draw < 0.4):
            near = [s for s in next_to(scene.spot, 0, 200) if s.name != street.name]
            joint = "coin" if language == "fr" else "hoek"
            corner = f", {joint} {chance.choice(near).name.text(language)}" if near else ""
            return f"{name}{corner}"
        return f"{name} {chance.randrange(1, 180)}, {commune}"

    def around(self, spot: Spot, metres: float) -> Spot:
        """A spot off by a normal error of that standard deviation on each axis."""
        return spot.moved(self.chance.gauss(0, metres), self.chance.gauss(0, metres))

    def _misheard(self, scene: Scene) -> Scene:
        """Another street: mostly one nearby, sometimes one that only sounds alike."""
        near = [s for s in next_to(scene.spot, 120, 600) if s.name != scene.street.name]
        if near and self.chance.random() < 0.75:
            return Scene.on(self.chance.choice(near), self.chance.random())
        return Scene.on(self.chance.choice(streets()), self.chance.random())

    def _how_placed(self, scene: Scene) -> Placed:
        """What the 112 centre goes by: the telephone's own fix, what was said, or the tower."""
        chance, noise = self.chance, self.noise
        draw = chance.random()
        if draw < noise.lost_position:
            return "lost"
        if draw < noise.lost_position + noise.cell_only:
            return "cell"
        if chance.random() < TELEPHONE_FIX:
            return "fix"
        if chance.random() >= NO_NUMBER:
            return "address"
        return "corner" if scene.street.length_m > LONG_STREET_M else "street"

    def _placed(
        self, subject: Subject, scene: Scene, how: Placed
    ) -> tuple[Spot | None, float | None]:
        """Where the centre puts the call, and how exact it says that this is."""
        chance, blur = self.chance, self.noise.blur
        if how == "lost":
            return None, None
        if how == "cell":
            accuracy = chance.uniform(300, 1500)
            return self.around(scene.spot, accuracy * 0.5), accuracy
        if how == "street":
            return scene.street.at(0.5), max(50.0, scene.street.length_m / 2)
        if how == "corner":
            return self.around(scene.spot, 40), 80.0
        if how == "address":
            accuracy = chance.uniform(20, 50) * max(blur, 0.5)
            return self.around(scene.spot, accuracy / 2), accuracy
        accuracy = chance.uniform(5, 35) * max(blur, 0.1)
        caller = self.around(scene.spot, subject.seen_from_m * 0.6 * max(blur, 0.1))
        return self.around(caller, accuracy / 2), accuracy

    # --- services

    def report(
        self,
        truth: str | None,
        source: str,
        type_hint: str | None,
        scene: Scene,
        at: float,
        *,
        kind: str = "report",
        accuracy_m: float = 30,
        **fields: Any,
    ) -> str:
        """A word from people or machines who know where they are."""
        blur = accuracy_m / 2 * (0.5 + self.noise.blur / 2)
        lost = self.chance.random() < self.noise.lost_type / 3
        return self.tell(
            truth,
            source,
            kind,
            at,
            spot=self.around(scene.spot, blur),
            accuracy_m=accuracy_m * max(1.0, self.noise.blur),
            text=str(scene.landmark or scene.street.name),
            type_hint=None if lost else type_hint,
            **fields,
        )

    def heard(self) -> list[Told]:
        """Everything in the order in which it reaches the room."""
        return sorted(self.told, key=lambda t: (t.arrives, t.observation.source))
