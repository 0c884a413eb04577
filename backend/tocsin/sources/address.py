"""Where the broker is, as an address: `mqtt://host:1883`, `mqtts://user:word@host:8883?ca=/path`."""

import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tocsin.sources.config import SettingsRefused

KEEPALIVE_S = 15


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    @classmethod
    def parse(cls, url: str) -> "BrokerAddress":
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise SettingsRefused("the broker's address has no valid port") from None
        if parts.scheme not in {"mqtt", "mqtts"} or not parts.hostname:
            raise SettingsRefused(
                "the broker's address must read mqtt://host:port or mqtts://host:port"
            )
        tls = parts.scheme == "mqtts"
        return cls(
            host=parts.hostname,
            port=port or (8883 if tls else 1883),
            tls=tls,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            ca_file=next(iter(parse_qs(parts.query).get("ca", [])), None),
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def client(
        self, client_id: str, *, clean: bool = True, manual_ack: bool = False, window: int = 100
    ) -> mqtt.Client:
        """A client that is ready to connect; MQTT 3.1.1, as every broker speaks it."""
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=clean,
            protocol=mqtt.MQTTv311,
            manual_ack=manual_ack,
            # Each connection gets a client of its own: paho would send again by itself what the
            # outbox sends again in order.
            reconnect_on_failure=False,
        )
        client.max_inflight_messages_set(window)
        client.connect_timeout = 5.0
        if self.username is not None:
            client.username_pw_set(self.username, self.password)
        if self.tls:
            client.tls_set_context(ssl.create_default_context(cafile=self.ca_file))
        return client
