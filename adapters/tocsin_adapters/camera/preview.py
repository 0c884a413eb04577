"""A picture as it goes over the bus: a JPEG with its stamp, made smaller until it fits."""

from dataclasses import replace

import cv2

from tocsin.contract.frame import MAX_FRAME_BYTES, FrameStamp, stamped
from tocsin_adapters.camera.look import Picture
from tocsin_adapters.camera.origins import fitted

LADDER = ((640, 75), (640, 60), (640, 45), (480, 50), (320, 50), (320, 25), (160, 25))


def preview_of(picture: Picture, stamp: FrameStamp) -> bytes:
    """At most 64 kB; `stamp` gets the size it really has."""
    frame = b""
    for side, quality in LADDER:
        size = fitted(picture.shape[1], picture.shape[0], side)
        small = picture
        if size != (picture.shape[1], picture.shape[0]):
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        frame = stamped(jpeg.tobytes(), replace(stamp, width=size[0], height=size[1]))
        if len(frame) <= MAX_FRAME_BYTES:
            break
    return frame
