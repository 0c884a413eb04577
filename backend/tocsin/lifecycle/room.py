"""Words of the room: activation levels, logbooks, trust in sources, states of tasks."""

from functools import cache
from typing import Any, Literal

from tocsin.tables import Row, Words, load

Activation = Literal["watch", "pre_alert", "alert"]
Book = Literal["room", "D1", "D2", "D3", "D4", "D5"]
Trust = Literal["trusted", "unreliable"]
TaskState = Literal["open", "done", "dropped"]


class _RoomTable(Row):
    activation: dict[Activation, Words]
    books: dict[Book, Words]
    trust: dict[Trust, Words]
    task_states: dict[TaskState, Words]


@cache
def room_words() -> _RoomTable:
    return load(_RoomTable, __package__, "room.yaml")


def room_for_api() -> dict[str, Any]:
    return room_words().model_dump(mode="json")
