"""Where the broker is, and how to reach it: `mqtt://host`, `mqtts://user:word@host:8883?ca=/file`."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

KEEPALIVE_S = 15
CONNECT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A password file wins over the URL, so that none need stand in a process list."""

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    @classmethod
    def parse(cls, url: str, password_file: Path | None = None) -> "BrokerAddress":
        """Raises ValueError; the sentence does not repeat the address: it may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("the broker's address has no valid port") from None
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise ValueError("the broker's address must read mqtt://HOST:PORT or mqtts://HOST:PORT")
        tls = parts.scheme == "mqtts"
        password = unquote(parts.password) if parts.password else None
        if password_file is not None:
            password = password_file.read_text("utf-8").strip()
        return cls(
            host=parts.hostname,
            port=port or (8883 if tls else 1883),
            tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=password,
            ca_file=next(iter(parse_qs(parts.query).get("ca", [])), None),
        )

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    def client(
        self,
        client_id: str,
        *,
        clean: bool = True,
        manual_ack: bool = False,
        window: int = 100,
        reconnects: bool = True,
    ) -> mqtt.Client:
        """A client that is ready to connect; MQTT 3.1.1, as every broker speaks it.

        `window`: messages in flight; `reconnects`: paho comes back by itself, and sends again what
        was in flight.
        """
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=clean,
            protocol=mqtt.MQTTv311,
            manual_ack=manual_ack,
            reconnect_on_failure=reconnects,
        )
        client.max_inflight_messages_set(window)
        client.connect_timeout = CONNECT_TIMEOUT_S
        if self.username is not None:
            client.username_pw_set(self.username, self.password)
        if self.tls:
            client.tls_set_context(ssl.create_default_context(cafile=self.ca_file))
        return client
