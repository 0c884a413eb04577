"""The partners' HTTP server: answers GET, and 304 to whoever has the page already."""

import threading
from collections.abc import Callable
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tocsin.partners.pages import Page


class Counter:
    """`page(path)` gives what lies there now, or nothing."""

    def __init__(self, host: str, port: int, page: Callable[[str], Page | None]) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(page))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="partners", daemon=True
        )

    @property
    def root(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _handler(page: Callable[[str], Page | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = page(self.path)
            if found is None:
                self._answer(HTTPStatus.NOT_FOUND)
            elif self.headers.get("If-None-Match") == found.etag:
                self._answer(HTTPStatus.NOT_MODIFIED, found, told=b"")
            else:
                self._answer(HTTPStatus.OK, found, told=found.body)

        def _answer(self, status: HTTPStatus, found: Page | None = None, told: bytes = b"") -> None:
            self.send_response(status)
            if found is not None:
                self.send_header("ETag", found.etag)
                self.send_header("Last-Modified", format_datetime(found.changed, usegmt=True))
                self.send_header("Content-Type", found.content_type)
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: who asked is in the adapters' own figures."""

    return Handler
