"""The half of a source that takes bytes in and puts them on the bus as they are."""

from typing import Any

from tocsin.contract import Receipt, topics
from tocsin.sources.desk import Desk, Made
from tocsin.sources.outbox import Message
from tocsin.sources.raw import with_head


class ForwardingDesk(Desk):
    """Reads nothing: the bytes go to `raw_source`'s topic, with a head that says how they came."""

    def __init__(self, *what: Any, raw_source: str, **more: Any) -> None:
        super().__init__(*what, **more)
        self._raw_source = raw_source

    def _made(self, payload: bytes, receipt: Receipt) -> Made:
        topic = topics.raw(receipt.realm, self._raw_source)
        whole = with_head(
            payload, receipt.received_at, receipt.origin, receipt.content_type, receipt.topic
        )
        return Made([Message(topic, whole, receipt.received_at)])
