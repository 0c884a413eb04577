"""Who may talk to us at all, before there is sign-in, and what a file that leaves is called."""

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers

from tocsin.contract.realm import is_exercise


def file_name(realm: str, name: str) -> str:
    """What a file is called when it leaves: of an exercise, never without saying so."""
    return f"EXERCICE-OEFENING-EXERCISE-{realm}-{name}" if is_exercise(realm) else name


def is_trusted_host(headers: Headers, allowed: frozenset[str]) -> bool:
    """A name that merely resolves to loopback (DNS rebinding) is not us."""
    return _host_of(headers.get("host", "")) in allowed


def is_same_origin(headers: Headers) -> bool:
    """Browsers send Origin with sockets and with posts; programs on this machine send none."""
    origin = headers.get("origin")
    return origin is None or _split(origin).netloc == headers.get("host")


def _host_of(netloc: str) -> str:
    return (_split(f"//{netloc}").hostname or "").lower()


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # such as a bracket that nothing closes: nobody's address
        return urlsplit("")
