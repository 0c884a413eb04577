"""Unit tests reach no other machine."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest


class NetworkReachedError(AssertionError):
    """A unit test tried to leave the machine."""


def refuse_foreign(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = str(address[0])
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise NetworkReachedError(f"a unit test tried to reach {host}; only loopback is open to it")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex"):
        genuine = getattr(socket.socket, name)

        def guarded(sock: socket.socket, address: Any, genuine: Any = genuine) -> Any:
            refuse_foreign(sock.family, address)
            return genuine(sock, address)

        monkeypatch.setattr(socket.socket, name, guarded)

    def guarded_sendto(
        sock: socket.socket, *arguments: Any, genuine: Any = socket.socket.sendto
    ) -> Any:
        refuse_foreign(sock.family, arguments[-1])
        return genuine(sock, *arguments)

    monkeypatch.setattr(socket.socket, "sendto", guarded_sendto)
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        # Servers bind to these without asking anybody; any other name goes out to DNS.
        if host not in {None, "", b"", "0.0.0.0", "::"}:
            name = host.decode() if isinstance(host, bytes) else host
            refuse_foreign(socket.AF_INET, (name,))
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
