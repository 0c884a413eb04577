"""Live video from a real RTSP server: opened over TCP, copied, shared, ended when it goes."""

import asyncio
import io

import av
import cv2
import pytest

from camera_register import camera
from drawn_clips import Street
from services import Rtsp
from tocsin.cameras.live_video import Fragment, LiveEnded, LiveVideo, LiveViewer, Opening
from tocsin.cameras.register import register_of


@pytest.fixture
def street(rtsp: Rtsp) -> Rtsp:
    pictures = Street().pictures(2.0, 12)
    rtsp.keep("street", (cv2.imencode(".jpg", p)[1].tobytes() for p in pictures))
    rtsp.show("one", "street")
    rtsp.start()
    return rtsp


async def taken(viewer: LiveViewer, fragments: int) -> tuple[Opening, list[Fragment]]:
    opening = await viewer.next()
    assert isinstance(opening, Opening)
    found = []
    while len(found) < fragments:
        piece = await viewer.next()
        assert isinstance(piece, Fragment)
        found.append(piece)
    return opening, found


def test_two_viewers_share_one_session_and_what_they_get_can_be_decoded(street: Rtsp) -> None:
    async def watch() -> tuple[bytes, int]:
        live = LiveVideo(register_of([camera(url=street.url("one"))]))
        async with (
            live.watching("live", "cam-1") as one,
            live.watching("live", "cam-1") as other,
        ):
            (opening, some), (again, more) = await asyncio.gather(taken(one, 30), taken(other, 30))
            sessions = live.sessions
        live.stop()
        assert again == opening
        assert [f.boxes for f in more] == [f.boxes for f in some]
        return opening.boxes + b"".join(f.boxes for f in some), sessions

    film, sessions = asyncio.run(asyncio.wait_for(watch(), 40))
    assert sessions == 1
    with av.open(io.BytesIO(film)) as copy:
        pictures = [frame.to_ndarray(format="gray") for frame in copy.decode(video=0)]
    assert len(pictures) >= 25
    assert pictures[0].shape == (360, 640)
    assert pictures[-1].std() > 15  # a street, not one grey


def test_a_server_that_goes_ends_the_video_with_a_reason(street: Rtsp) -> None:
    async def watch() -> str:
        live = LiveVideo(register_of([camera(url=street.url("one"))]))
        try:
            async with live.watching("live", "cam-1") as viewer:
                await taken(viewer, 5)
                street.kill()
                while True:
                    await viewer.next()
        except LiveEnded as ended:
            return ended.why
        finally:
            live.stop()

    assert asyncio.run(asyncio.wait_for(watch(), 40)) in ("ended", "unreachable")
