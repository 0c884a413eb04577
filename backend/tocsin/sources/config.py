"""One configured source: which adapter, where its bytes come from, under which name."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from tocsin.contract import topics as our_topics
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.observation import LegalRegime, Maturity, ShortText, SourceName
from tocsin.contract.realm import LIVE, Realm

MIB = 1024 * 1024
INTAKES = ("file", "folder", "url", "mqtt", "topics", "listen", "tcp", "tcp_listen", "udp")
PUSHED = ("listen", "tcp", "tcp_listen", "udp")
INTAKE_HALF = ":intake"
MAX_TOPIC_BYTES = 512
M = TypeVar("M", bound=BaseModel)


class SettingsRefused(ValueError):
    """Settings that cannot be used; the message names each and says what is expected."""


class SourceConfig(BaseModel):
    """`[[sources]]` in the configuration, with exactly one place that its bytes come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    source: SourceName
    realm: Realm = LIVE
    file: Path | None = None
    folder: Path | None = None
    url: str | None = None
    mqtt: bool = False
    topics: tuple[str, ...] = ()
    broker: str | None = None
    broker_password_file: Path | None = None
    listen: str | None = None
    listen_token_file: Path | None = None
    listen_account_file: Path | None = None
    tcp: str | None = None
    tcp_listen: str | None = None
    udp: str | None = None
    senders: tuple[str, ...] = ()
    bus: bool | None = None
    every_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    heartbeat_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    messages_per_s: Annotated[float, Field(ge=1, le=100_000)] = 1000.0
    outbox_bytes: Annotated[int, Field(ge=64 * 1024)] = 256 * MIB
    maturity: Maturity | None = None
    legal_regime: LegalRegime | None = None
    controller: ShortText | None = None
    protocol_ref: ShortText | None = None
    retention_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("topics")
    @classmethod
    def _filters(cls, filters: tuple[str, ...]) -> tuple[str, ...]:
        for one in filters:
            _check_filter(one)
        return filters

    @field_validator("listen", "tcp", "tcp_listen", "udp")
    @classmethod
    def _host_and_port(cls, value: str | None) -> str | None:
        if value is not None:
            split_address(value)
        return value

    @field_validator("senders")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for one in networks:
            try:
                ipaddress.ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is no network: write 192.0.2.0/24") from None
        return networks

    @field_validator("broker")
    @classmethod
    def _broker_address(cls, value: str | None) -> str | None:
        if value is not None:
            BrokerAddress.parse(value)
        return value

    @model_validator(mode="after")
    def _one_intake(self) -> "SourceConfig":
        named = [name for name in INTAKES if getattr(self, name)]
        if len(named) != 1:
            found = " and ".join(named) or "none"
            known = "file, folder, url, mqtt = true, topics, listen, tcp, tcp_listen, udp"
            raise ValueError(f"give exactly one of {known}; found {found}")
        if self.url is not None:
            parts = urlsplit(self.url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("url: write a full address, https://host/path")
        self._hold_together(named[0])
        return self

    def _hold_together(self, intake: str) -> None:
        belongs = {
            "broker": {"topics"},
            "broker_password_file": {"topics"},
            "listen_token_file": {"listen"},
            "listen_account_file": {"listen"},
            "senders": {"listen", "tcp_listen", "udp"},
        }
        for name, intakes in belongs.items():
            if getattr(self, name) and intake not in intakes:
                raise ValueError(f"{name}: goes with {' or '.join(sorted(intakes))} only")
        if intake in {"listen", "tcp_listen", "udp"}:
            self._check_door(intake)
        if self.bus and intake == "mqtt":
            raise ValueError("bus: not with mqtt, for the bytes come from there")
        if self.bus is not False and intake in {*PUSHED, "topics"} and len(self.source) > 73:
            raise ValueError(f"source: at most 73 characters, for {INTAKE_HALF} is added to it")

    def _check_door(self, intake: str) -> None:
        """What other machines reach must know who may speak."""
        host, _ = split_address(getattr(self, intake))
        secret = self.listen_token_file or self.listen_account_file
        if is_loopback(host) or self.senders or (intake == "listen" and secret):
            return
        also = ", listen_token_file or listen_account_file" if intake == "listen" else ""
        raise ValueError(
            f"{intake}: {host} is reached from other machines: say whose bytes are taken, "
            f'senders = ["192.0.2.0/24"]{also}'
        )

    def through_bus(self, *, lasting: bool) -> bool:
        """Whether the untouched bytes take the way over the broker.

        `lasting`: the broker keeps over a crash what it took. The embedded one does not.
        """
        if self.bus is not None:
            return self.bus
        return lasting and any(getattr(self, name) for name in PUSHED)

    def intake_half(self) -> "SourceConfig":
        """Under this name the half that only takes bytes in tells how it is."""
        return self.model_copy(update={"source": f"{self.source}{INTAKE_HALF}"})

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "SourceConfig":
        """Like `model_validate`, with one clear sentence for each thing that is wrong."""
        name = settings.get("source") or settings.get("adapter") or "?"
        return validated(cls, settings, f"source {name}")


def split_address(value: str) -> tuple[str, int]:
    """`192.0.2.7:9101` or `[::1]:9101`; raises ValueError."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or len(port) > 5 or not 0 <= int(port) <= 65535:
        raise ValueError(f"{value!r} is no address: write HOST:PORT, e.g. 127.0.0.1:9101")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_filter(one: str) -> None:
    levels = one.split("/")
    whole = all(level in {"+", "#"} or not set(level) & {"+", "#"} for level in levels)
    if (
        not one
        or "\0" in one
        or len(one.encode(errors="replace")) > MAX_TOPIC_BYTES
        or not whole
        or "#" in levels[:-1]
    ):
        raise ValueError(f"{one[:80]!r} is no topic filter: write a/b, a/+/b or a/#")
    if levels[0].startswith("$share"):
        raise ValueError("a shared subscription mixes the order of messages; write it without")
    if one.startswith(f"{our_topics.ROOT}/"):
        raise ValueError(f"{our_topics.ROOT}/ is our own; bytes for an adapter: mqtt = true")


def validated(model: type[M], settings: Mapping[str, Any], whose: str) -> M:
    try:
        return model.model_validate(dict(settings))
    except ValidationError as trouble:
        known = ", ".join(model.model_fields)
        said = (_said(error, known) for error in trouble.errors(include_url=False))
        raise SettingsRefused(f"{whose}: {'; '.join(said)}") from None


def _said(error: Any, known: str) -> str:
    """Values stay out: an address may hold a password."""
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no option {where!r}; known are {known or 'none'}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
