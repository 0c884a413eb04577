"""Where one message ends and the next begins in a stream of bytes. Pure: bytes in, frames out."""

import re
from abc import ABC, abstractmethod

from tocsin.contract import Finding

FRAMINGS = ("datagram", "lines", "xml_event", "tak")
TAK_MAGIC = 0xBF
MAX_VARINT_BYTES = 5
_event_end = re.compile(rb"</(?:[A-Za-z_][\w.-]{0,60}:)?event\s{0,8}>")
END_AT_MOST = 80  # bytes that the expression above can match

Frame = bytes | Finding


class Framer(ABC):
    """One for each connection.

    `feed` gives back whole messages, untouched, and a finding in the place of one that is too
    long. After `lost` nothing can be made of the rest of the stream.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = bytearray()
        self._looked = 0  # up to here there is no end in what is held
        self._skipping = False
        self.lost = False

    def feed(self, chunk: bytes) -> list[Frame]:
        if self.lost:
            return []
        self._held += chunk
        frames: list[Frame] = []
        while not self.lost and (frame := self._next()) is not None:
            if frame:
                frames.append(frame)
        return frames

    def rest(self) -> Frame | None:
        """What the end of the stream cut off."""
        left = bytes(self._held).strip()
        self._held.clear()
        if not left or self._skipping or self.lost:
            return None
        return Finding("cut_off", f"the connection ended within a message, after {len(left)} bytes")

    @abstractmethod
    def _next(self) -> Frame | None:
        """The next message (empty: nothing worth telling), or None: more bytes are needed."""

    def _taken(self, end: int) -> bytes:
        frame = bytes(self._held[:end])
        del self._held[:end]
        self._looked = 0
        return frame

    def _up_to(self, end: int, message: bytes) -> Frame:
        """A message that ends at `end`; the tail of one that was too long is dropped."""
        self._taken(end)
        if self._skipping:
            self._skipping = False
            return b""
        return self._too_long(len(message)) if len(message) > self._max_bytes else message

    def _without_end(self, keep: int) -> Frame | None:
        """No end in what is held; told once when it is more than a message may have."""
        self._looked = max(0, len(self._held) - keep)
        if len(self._held) <= self._max_bytes + keep:
            return None
        size = len(self._held)
        del self._held[: self._looked]
        self._looked = 0
        if self._skipping:
            return None
        self._skipping = True
        return self._too_long(size)

    def _too_long(self, size: int) -> Finding:
        said = f"a message of {size} bytes or more; at most {self._max_bytes} are read"
        return Finding("too_large", said)


class LineFramer(Framer):
    """A message a line, ended by LF or CR LF; empty lines are nothing."""

    def _next(self) -> Frame | None:
        end = self._held.find(b"\n", self._looked)
        if end < 0:
            return self._without_end(0)
        return self._up_to(end + 1, bytes(self._held[:end]).strip(b"\r\n \t\0"))

    def rest(self) -> Frame | None:
        """A last line needs no end: senders that close after it are many."""
        left = bytes(self._held).strip(b"\r\n \t\0")
        self._held.clear()
        return left if left and not self._skipping else None


class EventFramer(Framer):
    """Cursor on Target: XML events one after another; with `protobuf` TAK frames among them."""

    def __init__(self, max_bytes: int, *, protobuf: bool) -> None:
        super().__init__(max_bytes)
        self._protobuf = protobuf

    def _next(self) -> Frame | None:
        if self._looked == 0:
            self._skip_blank()
        if self._protobuf and not self._skipping and self._held[:1] == bytes([TAK_MAGIC]):
            return self._next_protobuf()
        found = _event_end.search(self._held, self._looked)
        if found is None:
            return self._without_end(END_AT_MOST)
        end = found.end()
        return self._up_to(end, bytes(self._held[:end]).strip())

    def _next_protobuf(self) -> Frame | None:
        """`bf`, a length in seven bits a byte, the message; handed over whole, head included."""
        length, shift, at = 0, 0, 1
        while True:
            if at > MAX_VARINT_BYTES:
                return self._give_up("a frame's length has more than 5 bytes")
            if at >= len(self._held):
                return None
            byte = self._held[at]
            length |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        if at + length > self._max_bytes:
            return self._give_up(f"a frame of {length} bytes; at most {self._max_bytes} are read")
        if len(self._held) < at + length:
            return None
        return self._taken(at + length)

    def _skip_blank(self) -> None:
        blank = len(self._held) - len(self._held.lstrip())
        del self._held[:blank]

    def _give_up(self, said: str) -> Finding:
        """Nobody knows where the next frame begins; a new connection does."""
        self.lost = True
        self._held.clear()
        return Finding("too_large", said)


def framer_for(framing: str, max_bytes: int) -> Framer:
    match framing:
        case "lines":
            return LineFramer(max_bytes)
        case "xml_event":
            return EventFramer(max_bytes, protobuf=False)
        case "tak":
            return EventFramer(max_bytes, protobuf=True)
    raise ValueError(f"{framing} has no ends in a stream")
