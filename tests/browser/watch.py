"""A page that forgives nothing: no error, no refused block, nothing foreign."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page

OURS = ("http", "https", "ws", "wss")


class Watch:
    """What a page did that it should not have done."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.allowed: list[Callable[[str], bool]] = []
        self.hosts: set[str] = set()

    def allow(self, sentence: str) -> None:
        """A trouble that this test means to cause."""
        self.allowed.append(lambda trouble: sentence in trouble)

    def follow(self, page: Page) -> None:
        page.on("console", lambda m: self._note(f"console {m.type}: {m.text}", m.type == "error"))
        page.on("pageerror", lambda error: self._note(f"error: {error}", True))
        page.on("request", lambda request: self._visit(page, request.url))
        page.on("websocket", lambda socket: self._visit(page, socket.url))

    def _visit(self, page: Page, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in OURS:
            return
        self.hosts.add(parts.netloc)
        if len(self.hosts) > 1:
            self._note(f"a foreign request: {address}", True)

    def _note(self, trouble: str, counts: bool) -> None:
        if counts and not any(allows(trouble) for allows in self.allowed):
            self.troubles.append(trouble)
