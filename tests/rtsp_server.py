"""A real RTSP server (GStreamer's) that sends pictures of a folder as H.264; for /usr/bin/python3.

    python3 rtsp_server.py PORT FOLDER [USER:PASSWORD]

rtsp://127.0.0.1:PORT/NAME sends, over and over, the JPEG pictures of the folder that the file
FOLDER/NAME names, looked up again for each picture: what a camera sees changes while it is watched.
"""

import sys
import threading
import time
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

FPS = 12
PIPELINE = (
    f"( appsrc name=pictures is-live=true do-timestamp=true format=time block=true max-bytes=400000"
    f" caps=image/jpeg,width=640,height=360,framerate={FPS}/1 ! jpegdec ! videoconvert"
    f" ! video/x-raw,format=I420 ! x264enc tune=zerolatency speed-preset=ultrafast pass=quant"
    f" quantizer=24 key-int-max={FPS} ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )"
)


class Camera(GstRtspServer.RTSPMediaFactory):  # type: ignore[misc]
    def __init__(self, name: Path) -> None:
        super().__init__()
        self.name = name
        self.set_launch(PIPELINE)
        self.set_shared(True)
        self.connect("media-configure", self.configured)

    def configured(self, _factory: Any, media: Any) -> None:
        pictures = media.get_element().get_by_name_recurse_up("pictures")
        threading.Thread(target=self.send, args=(pictures,), daemon=True).start()

    def send(self, pictures: Any) -> None:
        began = next_at = time.monotonic()
        while True:
            folder = self.name.parent / self.name.read_text("utf-8").strip()
            files = sorted(folder.glob("*.jpg"))
            # By the clock, not one after the other: a busy machine drops pictures, life goes on.
            due = int((time.monotonic() - began) * FPS)
            written = files[due % len(files)].read_bytes()
            if pictures.emit("push-buffer", Gst.Buffer.new_wrapped(written)) != Gst.FlowReturn.OK:
                return
            next_at = max(next_at + 1 / FPS, time.monotonic() - 1)
            time.sleep(max(0.0, next_at - time.monotonic()))


def lock(server: Any, factories: list[Camera], account: str) -> None:
    """Nobody in without the account."""
    user, _, password = account.partition(":")
    auth, token = GstRtspServer.RTSPAuth(), GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    for factory in factories:
        permissions = GstRtspServer.RTSPPermissions()
        for right in ("access", "construct"):
            permissions.add_permission_for_role("viewer", f"media.factory.{right}", True)
        factory.set_permissions(permissions)


def main(port: str, folder: str, account: str = "") -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factories = []
    for name in sorted(path for path in Path(folder).iterdir() if path.is_file()):
        factories.append(Camera(name))
        server.get_mount_points().add_factory(f"/{name.name}", factories[-1])
    if account:
        lock(server, factories, account)
    server.attach(None)
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
