"""A broker's address as one URL: mqtt://user@host:1883, mqtts://host:8883."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """A password file wins over the URL, so that none need stand in a process list."""

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, url: str, password_file: Path | None = None) -> "MqttAddress":
        parts = urlsplit(url)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError(
                f"{url!r} is no broker address: write mqtt://HOST:PORT or mqtts://HOST:PORT"
            )
        tls = parts.scheme == "mqtts"
        password = unquote(parts.password) if parts.password else None
        if password_file is not None:
            password = password_file.read_text("utf-8").strip()
        return cls(
            host=parts.hostname,
            port=parts.port or (8883 if tls else 1883),
            tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=password,
        )

    @property
    def url(self) -> str:
        """With the password: for programs, never for a log."""
        word = f":{quote(self.password, safe='')}" if self.password else ""
        user = f"{quote(self.username, safe='')}{word}@" if self.username else ""
        return f"{'mqtts' if self.tls else 'mqtt'}://{user}{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"
