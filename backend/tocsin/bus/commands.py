"""Commands from gateways to the engine, and the answers."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, cast

import orjson
import redis

from tocsin.bus import keys
from tocsin.engine.engine import Engine
from tocsin.engine.inputs import CommandForbidden, CommandRefused
from tocsin.journal.store import JournalError, JournalUnavailable

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 8.0
ANSWER_KEPT_S = 30
BLOCK_MS = 500

Conduct = Callable[[dict[str, Any], str, str], dict[str, Any]]


class CommandSender:
    """The gateway's door to the engine."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def send(self, realm: str, command: dict[str, Any], by: str, capacity: str) -> int:
        """Blocks. Raises CommandRefused, or JournalUnavailable when no engine answers in time."""
        return int(self._ask({"realm": realm, "command": command}, by, capacity)["n"])

    def conduct(self, order: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
        """An order to the house of exercises; blocks and raises as `send` does."""
        told: dict[str, Any] = self._ask({"exercises": order}, by, capacity)["told"]
        return told

    def _ask(self, what: dict[str, Any], by: str, capacity: str) -> dict[str, Any]:
        command_id = uuid.uuid4().hex
        order = {
            "id": command_id,
            "by": by,
            "capacity": capacity,
            "until": time.time() + ANSWER_WITHIN_S,
            **what,
        }
        try:
            self._client.xadd(keys.COMMANDS, {"order": orjson.dumps(order)}, maxlen=1000)
            answered = cast(
                Any, self._client.blpop([keys.reply(command_id)], timeout=ANSWER_WITHIN_S)
            )
        except redis.RedisError as error:
            raise JournalUnavailable(f"the engine cannot be reached: {error}", "gone") from None
        if answered is None:
            raise JournalUnavailable("no engine answers", "gone")
        answer: dict[str, Any] = orjson.loads(answered[1])
        if "refused" not in answer:
            return answer
        if answer["refused"]:
            if answer["field"] == "capacity":
                raise CommandForbidden(answer["detail"])
            raise CommandRefused(answer["detail"], answer["field"])
        raise JournalUnavailable(answer["detail"], "other")


class CommandReader:
    """The engine's side: one thread that hands each command to its realm's engine.

    Orders to exercises go to `conduct` on a thread of their own: they may take a while.
    """

    def __init__(
        self, client: redis.Redis, engines: Mapping[str, Engine], conduct: Conduct | None = None
    ) -> None:
        self._client = client
        self._engines = engines
        self._conduct = conduct
        self._conducting = ThreadPoolExecutor(1, "exercise orders")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commands", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self._conducting.shutdown()

    def _run(self) -> None:
        position: Any = "$"
        while not self._stop.is_set():
            try:
                answer = cast(Any, self._client.xread({keys.COMMANDS: position}, block=BLOCK_MS))
                if isinstance(answer, dict):
                    answer = [
                        (k, [m for part in parts for m in part]) for k, parts in answer.items()
                    ]
                for _, messages in answer or ():
                    for message, fields in messages:
                        position = message
                        self._carry_out(orjson.loads(fields[b"order"]))
            except redis.RedisError:
                self._stop.wait(BLOCK_MS / 1000)

    def _carry_out(self, order: dict[str, Any]) -> None:
        if order["until"] < time.time():
            return  # its sender has given up and told the operator so
        if "exercises" in order:
            self._conducting.submit(self._reply, order, self._conducted)
        else:
            self._reply(order, self._answer)

    def _reply(
        self, order: dict[str, Any], carry_out: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        try:
            answer = carry_out(order)
        except CommandRefused as refused:
            answer = {"refused": True, "field": refused.field, "detail": refused.detail}
        except (JournalError, FutureTimeout) as trouble:
            answer = {"refused": False, "detail": str(trouble) or "the journal takes no entries"}
        key = keys.reply(order["id"])
        with self._client.pipeline() as pipe:
            pipe.rpush(key, orjson.dumps(answer))
            pipe.expire(key, ANSWER_KEPT_S)
            pipe.execute()

    def _answer(self, order: dict[str, Any]) -> dict[str, Any]:
        engine = self._engines.get(order["realm"])
        if engine is None:
            raise CommandRefused(f"no realm {order['realm']}", "realm")
        given = engine.command(order["command"], order["by"], order["capacity"])
        return {"n": given.result(ANSWER_WITHIN_S)}

    def _conducted(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._conduct is None:
            raise CommandRefused("no exercises are conducted here", "order")
        return {"told": self._conduct(order["exercises"], order["by"], order["capacity"])}
