"""A camera that sends MJPEG over HTTP, as many do; for tests, in a thread of the test itself."""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = "127.0.0.1"


class Mjpeg:
    """Sends `pictures` over and over; `answers = False` keeps connections open and says nothing."""

    def __init__(self, pictures: list[bytes], fps: float = 12.0, account: str = "") -> None:
        self.pictures = pictures
        self.fps = fps
        self.answers = True
        self.account = account
        self.asked = 0
        self._closed = threading.Event()
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.asked += 1
                if camera.account and not self._may_enter():
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    camera._send(self)
                except OSError:
                    return  # the watcher left

            def _may_enter(self) -> bool:
                told = self.headers.get("Authorization", "")
                return told == "Basic " + base64.b64encode(camera.account.encode()).decode()

            def log_message(self, *_what: object) -> None:
                return

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{LOOPBACK}:{self._server.server_port}/video"

    def _send(self, handler: BaseHTTPRequestHandler) -> None:
        number = 0
        while not self._closed.is_set():
            if self.answers:
                jpeg = self.pictures[number % len(self.pictures)]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                handler.wfile.write(head.encode() + jpeg + b"\r\n")
                number += 1
            time.sleep(1 / self.fps)

    @contextmanager
    def serving(self) -> Iterator["Mjpeg"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._closed.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join(5)
