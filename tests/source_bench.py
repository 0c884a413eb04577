"""An adapter of lines and a desk to try intakes on."""

import contextlib
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

import orjson

from services import Clock
from tocsin.contract import Adapter, Finding, Observation, Receipt, Translation
from tocsin.sources import Outbox, SourceConfig
from tocsin.sources.desk import Stopped, Tally, TranslatingDesk, Troubles
from tocsin.sources.intake import Intake

CONFIG = SourceConfig(adapter="lines", source="lines:x", mqtt=True)


class LinesAdapter:
    """One observation a line; `bad`, `crash`, `huge`, `other` and `link …` do as they say."""

    name: ClassVar[str] = "lines"
    max_bytes: ClassVar[int] = 200

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        observations, rejections, warnings, links = [], [], [], []
        for number, line in enumerate(payload.decode().split("\n")):
            match line.split():
                case ["crash"]:
                    raise RuntimeError("secret words of the message")
                case ["bad"]:
                    rejections.append(Finding("bad_line", "a bad line", f"line[{number}]", number))
                case ["warn"]:
                    warnings.append(Finding("odd_line", "an odd line"))
                case ["link", address]:
                    links.append(address)
                case [word]:
                    observations.append(self._observation(word, receipt))
        return Translation(tuple(observations), tuple(warnings), tuple(rejections), tuple(links))

    def _observation(self, word: str, receipt: Receipt) -> Observation:
        return Observation(
            source="other:y" if word == "other" else receipt.source,
            external_id=word,
            kind="event",
            attributes={"text": "x" * 70_000} if word == "huge" else {},
        )


@dataclass
class Bench:
    """A desk with its outbox on disk and nobody who empties it."""

    outbox: Outbox
    clock: Clock
    adapter: Adapter = field(default_factory=LinesAdapter)
    config: SourceConfig = CONFIG
    tally: Tally = field(default_factory=Tally)
    stop: threading.Event = field(default_factory=threading.Event)
    changes: list[str | None] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.troubles = Troubles(lambda: self.changes.append(self.troubles.first()))
        self.desk = TranslatingDesk(
            self.adapter,
            self.config,
            self.outbox,
            self.tally,
            self.troubles,
            self.clock.now,
            self.stop,
            lambda: None,
        )

    def messages(self) -> list[tuple[str, Any]]:
        kept = self.outbox.after(0, 10_000)
        return [(k.message.topic, orjson.loads(k.message.payload)) for k in kept]

    def run(self, intake: Intake) -> threading.Thread:
        """Starts an intake; it is over when the bench is closed."""

        def work() -> None:
            with contextlib.suppress(Stopped):
                intake.run(self.desk, self.stop)

        thread = threading.Thread(target=work)
        thread.start()
        self.threads.append(thread)
        return thread

    def close(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()
        self.outbox.close()

    def facts(self) -> list[str]:
        return [body["id"] for topic, body in self.messages() if "/observations/" in topic]

    def reports(self) -> list[Any]:
        return [body for topic, body in self.messages() if topic.endswith("/errors")]
