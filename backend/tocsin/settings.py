"""Settings: from a TOML file, TOCSIN_… variables and the command line; all errors told at once."""

import os
import tomllib
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.sources import SourceConfig

DEFAULT_DATA = Path("var")
DEFAULT_HTTP_PORT = 8765
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(Exception):
    """What is wrong with the settings, a line each."""


class Settings(BaseSettings):
    """Every setting of Tocsin. docs/operating.md lists them; a test compares."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="TOCSIN_", extra="forbid", frozen=True
    )

    data: Path = Field(
        default=DEFAULT_DATA,
        description="Folder for the journal, outboxes and the embedded broker's spool.",
    )
    http: str = Field(
        default=f"127.0.0.1:{DEFAULT_HTTP_PORT}",
        description="Address of the pages, HOST:PORT. Loopback only until identity is built.",
    )
    mqtt: str | None = Field(
        default=None,
        description=(
            "The broker, mqtt://[USER@]HOST:PORT or mqtts://…; without it an "
            "embedded broker starts."
        ),
    )
    mqtt_password_file: Path | None = Field(
        default=None, description="File that holds the broker's password."
    )
    mqtt_port: int = Field(
        default=1883,
        ge=0,
        le=65535,
        description="Port of the embedded broker; a free one is taken where it is in use.",
    )
    mqtt_client_id: str = Field(
        default="tocsin-ingest",
        min_length=1,
        max_length=60,
        description="Name of the persistent MQTT session; one per installation on a broker.",
    )
    database: str | None = Field(
        default=None,
        description="SQLAlchemy address of the journal; without it SQLite in the data folder.",
    )
    database_password_file: Path | None = Field(
        default=None, description="File that holds the database's password."
    )
    redis: str | None = Field(
        default=None,
        description=(
            "redis://HOST:PORT/0: the bus between engine and gateways, when they "
            "are processes of their own."
        ),
    )
    redis_password_file: Path | None = Field(
        default=None, description="File that holds Redis' password."
    )
    demo: bool = Field(
        default=True, description="Play the first scenario in an exercise realm of its own."
    )
    demo_speed: float = Field(
        default=6.0, gt=0, le=600, description="How many times faster than life the demo plays."
    )
    scenarios: Path | None = Field(
        default=None, description="Folder of the house's own scenarios, beside those shipped."
    )
    adapters: list[str] = Field(
        default=["cap"], description="Adapters that may be used; installed is not enabled."
    )
    sources: list[SourceConfig] = Field(
        default=[], description="The sources to run; see docs/adapters.md."
    )
    sender: str = Field(
        default="tocsin.invalid",
        pattern=r"^[A-Za-z0-9.@_-]{1,100}$",
        description="Who we are in alerts that leave the room (CAP): a name of our own domain.",
    )
    cot_listen: str | None = Field(
        default=None,
        description=(
            "HOST:PORT where TAK clients read the open incidents of the live realm; loopback only "
            "until identity is built."
        ),
    )
    cameras: list[Camera] = Field(
        default=[], description="The register of cameras; see docs/cameras.md."
    )
    source_rate: int = Field(
        default=600,
        ge=0,
        description=(
            "Observations a minute of one source that rules look at; what is over is shown, "
            "but moves no incident. 0 sets no limit."
        ),
    )
    shift_hours: float = Field(
        default=12,
        gt=0,
        le=72,
        description="How long a shift lasts: a hand-over that is older is late.",
    )
    log_level: str = Field(
        default="WARNING",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="DEBUG, INFO, WARNING or ERROR.",
    )

    @field_validator("mqtt")
    @classmethod
    def _broker_address(cls, value: str | None) -> str | None:
        if value is not None:
            BrokerAddress.parse(value)
        return value

    @field_validator("redis")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("the address of Redis must read redis://HOST:PORT/0")
        return value

    @field_validator("http", "cot_listen")
    @classmethod
    def _loopback(cls, value: str | None) -> str | None:
        if value is not None and split_http(value)[0] not in LOOPBACK:
            raise ValueError(
                f"{value} would be reachable from other machines, and Tocsin cannot yet tell who "
                "is there: until sign-in is built it listens on loopback only (127.0.0.1, ::1)"
            )
        return value

    @property
    def http_host(self) -> str:
        return split_http(self.http)[0]

    @property
    def http_port(self) -> int:
        return split_http(self.http)[1]

    @property
    def mqtt_address(self) -> BrokerAddress | None:
        return BrokerAddress.parse(self.mqtt, self.mqtt_password_file) if self.mqtt else None

    @property
    def database_url(self) -> str:
        if self.database is None:
            return f"sqlite:///{(self.data / 'journal.db').absolute()}"
        return with_password(self.database, self.database_password_file)

    @property
    def redis_url(self) -> str | None:
        if self.redis is None:
            return None
        return with_password(self.redis, self.redis_password_file)


def split_http(value: str) -> tuple[str, int]:
    """`127.0.0.1:8765` or `[::1]:8765`; port 0 takes a free one."""
    host, colon, port = value.rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) <= 65535 or not host:
        raise ValueError(
            f"{value!r} is no address: write HOST:PORT, e.g. 127.0.0.1:{DEFAULT_HTTP_PORT}"
        )
    return host.strip("[]"), int(port)


def with_password(url: str, password_file: Path | None) -> str:
    """The address with the password of a secret file put in."""
    if password_file is None:
        return url
    password = quote(password_file.read_text("utf-8").strip(), safe="")
    scheme, _, rest = url.partition("://")
    userinfo, at, place = rest.rpartition("@")
    return f"{scheme}://{userinfo}:{password}@{place}" if at else f"{scheme}://:{password}@{rest}"


def load_settings(file: Path | None, overrides: dict[str, Any]) -> Settings:
    """Command line over environment over file. Raises SettingsError naming each field."""
    given: dict[str, Any] = {}
    if file is not None:
        try:
            given = tomllib.loads(file.read_text("utf-8"))
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file}: {error}") from None
    prefix = Settings.model_config["env_prefix"]
    kept = {name: v for name, v in given.items() if f"{prefix}{name.upper()}" not in os.environ}
    try:
        return Settings(**(kept | overrides))
    except UnreadableVariable as error:
        raise SettingsError(f"environment: {error}") from None
    except ValidationError as error:
        raise SettingsError("\n".join(_told(e) for e in error.errors(include_url=False))) from None


def _told(error: Any) -> str:
    path = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path or 'settings'}: {message}"
