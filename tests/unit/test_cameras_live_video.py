"""H.264 into fragmented MP4: copied, shared, begun at a key frame, ended with a reason."""

import asyncio
import io
import threading
from pathlib import Path

import av
import pytest

from camera_register import camera
from drawn_clips import Street
from tocsin.cameras import live_video
from tocsin.cameras.live_video import (
    Fragment,
    LiveEnded,
    LiveVideo,
    LiveViewer,
    Opening,
    address_of,
    has_video,
    remux,
)
from tocsin.cameras.register import register_of

FPS = 10


def clip(path: Path, *, seconds: float = 2.0, codec: str = "libx264", gop: int = 5) -> Path:
    """A drawn street; a key frame every half second."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.codec_context.gop_size = gop
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "tune": "zerolatency"}
        for picture in Street().pictures(seconds, FPS):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def h264(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("clips") / "street.mp4")


def pieces_of(path: Path) -> list[Opening | Fragment]:
    """All that a file gives, at once."""
    address = address_of(camera(url=f"file:{path}"))
    assert address is not None
    found: list[Opening | Fragment] = []
    unpaced = live_video._Address(address.url, address.options, paced=False)
    with pytest.raises(LiveEnded, match="ended"):
        remux(unpaced, found.append, threading.Event())
    return found


def test_the_copy_holds_the_cameras_own_packets(h264: Path) -> None:
    opening, *fragments = pieces_of(h264)
    assert isinstance(opening, Opening)
    assert opening.mime.startswith('video/mp4; codecs="avc1.')
    whole = opening.boxes + b"".join(f.boxes for f in fragments)
    with av.open(io.BytesIO(whole)) as copy, av.open(str(h264)) as source:
        copied = [bytes(p) for p in copy.demux(video=0) if p.size]
        given = [bytes(p) for p in source.demux(video=0) if p.size]
    assert copied == given  # no packet was opened, none was encoded again


def test_a_fragment_is_a_picture_and_says_whether_one_can_begin_there(h264: Path) -> None:
    _, *fragments = pieces_of(h264)
    assert len(fragments) == 2 * FPS
    keys = [isinstance(f, Fragment) and f.key for f in fragments]
    assert keys == [n % 5 == 0 for n in range(20)]
    assert all(f.boxes[4:8] == b"moof" for f in fragments)


def test_another_codec_is_refused_by_its_name(tmp_path: Path) -> None:
    path = clip(tmp_path / "other.mp4", codec="mpeg4")
    with pytest.raises(LiveEnded, match="no_h264"):
        remux(address_of(camera(url=f"file:{path}")), print, threading.Event())  # type: ignore[arg-type]


def test_who_comes_later_begins_at_the_last_key_frame(h264: Path) -> None:
    async def watch() -> None:
        live = LiveVideo(register_of([camera(url=f"file:{h264}")]))
        async with live.watching("live", "cam-1") as first:
            seen = [await first.next() for _ in range(9)]  # the opening and eight pictures
            async with live.watching("live", "cam-1") as second:
                opening, key = await second.next(), await second.next()
            assert live.sessions == 1
        live.stop()
        assert opening == seen[0]
        assert isinstance(key, Fragment)
        assert key.key
        assert key == seen[6]  # the second key frame: pictures 0 to 4, then 5

    asyncio.run(asyncio.wait_for(watch(), 20))


def test_the_end_is_told_with_its_reason(h264: Path, tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"this is no film")
    cameras = [
        camera("over", url=f"file:{h264}"),
        camera("none", url=f"file:{tmp_path / 'nowhere.mp4'}"),
        camera("text", url=f"file:{tmp_path / 'no.mp4'}"),
        camera("still", url="folder:/pictures"),
        camera("closed", url=f"file:{h264}", agreement=False),
    ]

    async def why(name: str) -> str:
        live = LiveVideo(register_of(cameras))
        try:
            async with live.watching("live", name) as viewer:
                while True:
                    await viewer.next()
        except LiveEnded as ended:
            return ended.why

    async def whys() -> list[str]:
        return [await why(name) for name in ("over", "none", "text", "still", "closed", "nobody")]

    found = asyncio.run(asyncio.wait_for(whys(), 30))
    assert found == ["ended", "unreachable", "unreachable", "no_video", "no_video", "no_video"]


def test_a_viewer_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_video, "WAITING_BYTES", 1_000)

    async def stall() -> str:
        viewer = LiveViewer()
        viewer.put(Opening("video/mp4", b"o"))
        for n in range(40):
            viewer.put(Fragment(b"f" * 100, key=n == 0))
        try:
            while True:
                await viewer.next()
        except LiveEnded as ended:
            return ended.why

    assert asyncio.run(stall()) == "too_slow"


def test_the_account_goes_into_the_address_and_into_no_log(tmp_path: Path) -> None:
    (tmp_path / "account").write_text("wall:p@ss/word\n")
    url = "rtsp://192.0.2.7:554/stream1"
    address = address_of(camera(url=url, account_file=str(tmp_path / "account")))
    assert address is not None
    assert address.url == "rtsp://wall:p%40ss%2Fword@192.0.2.7:554/stream1"
    assert address.options["rtsp_transport"] == "tcp"


def test_a_file_that_names_others_opens_none_of_them(h264: Path, tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:2,\nhttp://192.0.2.7/x.ts\n#EXT-X-ENDLIST\n")
    address = address_of(camera(url=f"file:{playlist}"))
    assert address is not None
    assert address.options["protocol_whitelist"] == "file"
    with pytest.raises((av.FFmpegError, LiveEnded)):
        remux(address, print, threading.Event())


@pytest.mark.parametrize(
    ("url", "may_be"),
    [
        ("rtsp://h/1", True),
        ("RTSPS://h/1", True),
        ("http://h/v", True),
        ("file:/x.mp4", True),
        ("folder:/x", False),
        ("test:bars", False),
        (None, False),
    ],
)
def test_only_some_addresses_may_hold_video(url: str | None, may_be: bool) -> None:
    assert has_video(camera(url=url)) is may_be
