"""A camera's picture on the bus: a plain JPEG that carries its own stamp in a comment segment.

Any viewer of JPEG topics can show it; who reads the stamp knows how old it is. MQTT 5 properties
would do the same, but the embedded broker speaks 3.1.1.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from tocsin.contract.realm import LIVE
from tocsin.contract.times import from_text, to_text

MAX_FRAME_BYTES = 64 * 1024
MAX_STAMP_BYTES = 400
_START = b"\xff\xd8"
_COMMENT = b"\xff\xfe"
_MARK = b"tocsin "


@dataclass(frozen=True, slots=True)
class FrameStamp:
    """`captured_at`: the source's time, aware UTC; `sequence` counts within a watcher's life.

    `realm` is whose camera took it: a picture shows nowhere else, whatever its topic says.
    """

    camera: str
    captured_at: datetime
    sequence: int
    width: int
    height: int
    realm: str = LIVE


def stamped(jpeg: bytes, stamp: FrameStamp) -> bytes:
    """The picture with its stamp right behind the start marker. Raises ValueError for no JPEG."""
    if not is_jpeg(jpeg):
        raise ValueError("this is no JPEG")
    told = {
        "camera": stamp.camera,
        "at": to_text(stamp.captured_at),
        "n": stamp.sequence,
        "width": stamp.width,
        "height": stamp.height,
    }
    if stamp.realm != LIVE:
        told["realm"] = stamp.realm
    comment = _MARK + json.dumps(told, separators=(",", ":")).encode()
    length = (len(comment) + 2).to_bytes(2, "big")
    return _START + _COMMENT + length + comment + jpeg[2:]


def stamp_of(jpeg: bytes) -> FrameStamp | None:
    """None for a picture without our stamp, or with one that makes no sense."""
    if not (jpeg.startswith(_START + _COMMENT) and jpeg[6:13] == _MARK):
        return None
    length = int.from_bytes(jpeg[4:6], "big")
    if length > MAX_STAMP_BYTES:
        return None
    try:
        told = json.loads(jpeg[13 : 4 + length])
        stamp = FrameStamp(
            camera=str(told["camera"]),
            captured_at=from_text(told["at"]),
            sequence=int(told["n"]),
            width=int(told["width"]),
            height=int(told["height"]),
            realm=str(told.get("realm", LIVE)),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return stamp if stamp.captured_at.tzinfo is not None else None


def is_jpeg(payload: bytes) -> bool:
    """By its first and last marker; some cameras pad the end."""
    return payload.startswith(_START + b"\xff") and b"\xff\xd9" in payload[-64:]
