"""Adapters by name: installed is not enabled, and what is wrong is said in a sentence."""

from datetime import UTC, datetime
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, model_validator

from tocsin.contract import Finding, Receipt, Translation
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.camera import Camera
from tocsin.sources import (
    AdapterFactory,
    AdapterMissing,
    SettingsRefused,
    SourceConfig,
    halves_of,
    installed_adapters,
    load_adapters,
    registry,
)
from tocsin.sources.renewal import RenewingAdapter


class PlainAdapter:
    name: ClassVar[str] = "plain"
    max_bytes: ClassVar[int] = 10

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        return Translation()


class TunableSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    speed: int = 1


class TunableAdapter(PlainAdapter):
    Settings = TunableSettings

    def __init__(self, settings: TunableSettings) -> None:
        self.settings = settings


class NotAnAdapter:
    name = "odd"


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {
        "plain": f"{__name__}:PlainAdapter",
        "tunable": f"{__name__}:TunableAdapter",
        "odd": f"{__name__}:NotAnAdapter",
        "broken": "no_such_module_anywhere:Adapter",
    }
    found = EntryPoints(EntryPoint(n, v, registry.ENTRY_POINT_GROUP) for n, v in here.items())
    loaded = {"plain": PlainAdapter, "tunable": TunableAdapter, "odd": NotAnAdapter}

    def load(point: EntryPoint) -> Any:
        if point.name in loaded:
            return loaded[point.name]
        raise ModuleNotFoundError("No module named 'no_such_module_anywhere'")

    monkeypatch.setattr(EntryPoint, "load", load)
    monkeypatch.setattr(registry, "entry_points", lambda group: found.select(group=group))


def test_the_cap_adapter_is_installed_and_can_be_built() -> None:
    assert "cap" in installed_adapters()
    adapter = load_adapters(["cap"])["cap"]({"languages": ["nl"]})
    assert adapter.name == "cap"


@pytest.mark.usefixtures("points")
def test_only_enabled_adapters_are_loaded() -> None:
    """A broken one that nobody enabled harms nobody."""
    assert installed_adapters() == ["broken", "odd", "plain", "tunable"]
    assert list(load_adapters(["plain"])) == ["plain"]


@pytest.mark.usefixtures("points")
def test_an_enabled_but_missing_adapter_is_named_beside_what_is_installed() -> None:
    with pytest.raises(AdapterMissing) as trouble:
        load_adapters(["plain", "datex"])
    assert str(trouble.value) == (
        "adapter 'datex' is enabled but not installed; installed: broken, odd, plain, tunable"
    )


@pytest.mark.usefixtures("points")
def test_an_adapter_that_cannot_be_loaded_says_why() -> None:
    with pytest.raises(AdapterMissing, match=r"installed .* cannot be loaded: No module named"):
        load_adapters(["broken"])


@pytest.mark.usefixtures("points")
def test_something_that_is_no_adapter_says_what_it_lacks() -> None:
    with pytest.raises(AdapterMissing, match="it lacks max_bytes, translate"):
        load_adapters(["odd"])


@pytest.mark.usefixtures("points")
def test_an_adapter_gets_its_own_settings() -> None:
    adapter = load_adapters(["tunable"])["tunable"]({"speed": 3})
    assert isinstance(adapter, TunableAdapter)
    assert adapter.settings.speed == 3


@pytest.mark.usefixtures("points")
def test_an_unknown_option_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsRefused) as trouble:
        load_adapters(["tunable"])["tunable"]({"sped": 3}, "x:1")
    assert str(trouble.value) == (
        "source x:1, adapter tunable: there is no option 'sped'; known are speed"
    )


@pytest.mark.usefixtures("points")
def test_an_option_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(
        SettingsRefused, match="adapter tunable: speed: Input should be a valid int"
    ):
        load_adapters(["tunable"])["tunable"]({"speed": "fast"})


@pytest.mark.usefixtures("points")
def test_options_for_an_adapter_without_any_are_refused() -> None:
    with pytest.raises(SettingsRefused, match="it takes no options; found 'speed'"):
        load_adapters(["plain"])["plain"]({"speed": 3})


# The configuration of a source


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "tcp, tcp_listen, udp; found none"),
        ({"file": "a", "url": "https://a.example/"}, "found file and url"),
        ({"url": "ftp://a.example/"}, "url: write a full address, https://host/path"),
        ({"mqtt": True, "evry_s": 3}, "there is no option 'evry_s'; known are adapter, source"),
        ({"mqtt": True, "every_s": 0}, "every_s: Input should be greater than 0"),
        ({"mqtt": True, "realm": "training"}, "realm: String should match pattern"),
        ({"mqtt": True, "source": "CAP x"}, "source: String should match pattern"),
    ],
)
def test_a_source_configured_wrong_says_what_is_wrong(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsRefused) as trouble:
        SourceConfig.read({"adapter": "cap", "source": "cap:x", **settings})
    assert said in str(trouble.value)
    assert str(trouble.value).startswith("source ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"topics": ["a/#/b"]}, "topics: 'a/#/b' is no topic filter: write a/b, a/+/b or a/#"),
        ({"topics": ["a+/b"]}, "'a+/b' is no topic filter"),
        ({"topics": [""]}, "'' is no topic filter"),
        ({"topics": ["$share/g/a"]}, "mixes the order of messages"),
        ({"topics": ["tocsin/v1/live/raw/x"]}, "tocsin/v1/ is our own"),
        ({"topics": ["a"], "broker": "http://x"}, "the broker's address must read mqtt://"),
        ({"mqtt": True, "broker": "mqtt://x"}, "broker: goes with topics only"),
        ({"tcp": "host"}, "tcp: 'host' is no address: write HOST:PORT"),
        ({"tcp": "host:99999"}, "'host:99999' is no address"),
        ({"tcp": "host:1", "senders": ["192.0.2.0/24"]}, "senders: goes with listen or tcp_listen"),
        ({"udp": "127.0.0.1:1", "senders": ["me"]}, "'me' is no network"),
        ({"listen": "0.0.0.0:9101"}, "listen: 0.0.0.0 is reached from other machines: say whose"),
        ({"udp": "239.2.3.1:6969"}, "udp: 239.2.3.1 is reached from other machines"),
        ({"tcp_listen": "192.0.2.7:8087", "listen_token_file": "t"}, "goes with listen only"),
        ({"mqtt": True, "bus": True}, "bus: not with mqtt"),
        ({"udp": "127.0.0.1:1", "source": "x" * 74}, "source: at most 73 characters"),
        ({"mqtt": True, "legal_regime": "mine"}, "legal_regime: Input should be"),
        ({"mqtt": True, "messages_per_s": 0}, "messages_per_s: Input should be greater"),
    ],
)
def test_an_intake_configured_wrong_says_what_is_wrong(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsRefused) as trouble:
        SourceConfig.read({"adapter": "cap", "source": "cap:x", **settings})
    assert said in str(trouble.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"topics": ["#"]},
        {"topics": ["a/+/b", "+", "zones/été/#"], "broker": "mqtts://me@partner.example"},
        {"listen": "[::1]:9101"},
        {"listen": "0.0.0.0:9101", "listen_token_file": "secret"},
        {"listen": "10.0.0.1:9101", "senders": ["10.0.0.0/8", "2001:db8::/32"]},
        {"tcp": "ais.example:5631"},
        {"udp": "239.2.3.1:6969", "senders": ["10.0.0.0/8"]},
    ],
)
def test_intakes_configured_right_are_taken(settings: dict[str, Any]) -> None:
    SourceConfig.read({"adapter": "cap", "source": "cap:x", **settings})


@pytest.mark.parametrize(
    ("settings", "lasting", "expected"),
    [
        ({"listen": "127.0.0.1:1"}, True, ["translate", "intake"]),
        ({"tcp": "host:1"}, True, ["translate", "intake"]),
        ({"udp": "127.0.0.1:1"}, False, [None]),  # the embedded broker keeps nothing over a crash
        ({"udp": "127.0.0.1:1", "bus": True}, False, ["translate", "intake"]),
        ({"udp": "127.0.0.1:1", "bus": False}, True, [None]),
        ({"folder": "in"}, True, [None]),
        ({"folder": "in", "bus": True}, True, ["translate", "intake"]),
        ({"topics": ["a"]}, True, [None]),
    ],
)
def test_what_is_pushed_goes_through_a_bus_that_lasts(
    settings: dict[str, Any], lasting: bool, expected: list[str | None]
) -> None:
    config = SourceConfig.read({"adapter": "cap", "source": "cap:x", **settings})
    assert halves_of(config, lasting=lasting) == expected


def test_a_source_without_halves_runs_where_translating_is_done() -> None:
    config = SourceConfig.read({"adapter": "cap", "source": "cap:x", "folder": "in"})
    assert halves_of(config, "intake") == []
    assert halves_of(config, "translate") == [None]
    pushed = SourceConfig.read({"adapter": "cap", "source": "cap:x", "listen": "127.0.0.1:1"})
    assert halves_of(pushed, "intake") == ["intake"]
    assert pushed.intake_half().source == "cap:x:intake"


# An adapter and its source together


class PlateAdapter(PlainAdapter):
    needs_legal_regime = True
    framing = "lines"


class IndexAdapter(PlainAdapter):
    follows_links = True


class CameraSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cameras: tuple[Camera, ...] = ()


class CameraAdapter(TunableAdapter):
    Settings = CameraSettings  # type: ignore[assignment]


BRIDGE = Camera(
    id="bridge",
    name={"fr": "Pont", "nl": "Brug"},
    lat=50.85,
    lon=4.34,
    legal_regime="reseau_transport",
)


def source(**settings: Any) -> SourceConfig:
    return SourceConfig.read({"adapter": "plain", "source": "x:1", "mqtt": True, **settings})


def test_plates_without_a_legal_regime_do_not_start() -> None:
    factory = AdapterFactory("plain", PlateAdapter)
    with pytest.raises(SettingsRefused, match=r"source x:1: .* give legal_regime, one of LFP_pol"):
        factory.for_source(source())
    assert factory.for_source(source(legal_regime="LFP_police")).name == "plain"


def test_a_format_without_ends_is_not_read_from_a_stream() -> None:
    stream = source(mqtt=False, tcp="host:1", legal_regime="LFP_police")
    with pytest.raises(SettingsRefused, match="cannot be read over tcp"):
        AdapterFactory("plain", PlainAdapter).for_source(stream)
    AdapterFactory("plain", PlateAdapter).for_source(stream)


class ListSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    names: Path

    @model_validator(mode="after")
    def _whole(self) -> "ListSettings":
        if not self.names.exists() or self.names.read_text() == "broken":
            raise ValueError("names: cannot be read")
        return self


class ListAdapter(TunableAdapter):
    """Warns with what stood in its file when it was built."""

    Settings = ListSettings  # type: ignore[assignment]
    framing = "lines"

    def __init__(self, settings: Any) -> None:
        self.names = settings.names.read_text()

    def translate(self, payload: bytes, receipt: Receipt) -> Translation:
        return Translation(warnings=[Finding("names", self.names)])


def test_an_adapter_is_built_anew_when_a_file_of_its_settings_changes(tmp_path: Path) -> None:
    """A new entry on a watch list must not wait for a restart; a broken list must not end one."""
    names = tmp_path / "names"
    names.write_text("one")
    now = [0.0]
    factory = AdapterFactory("list", ListAdapter)
    adapter = factory.for_source(source(mqtt=False, tcp="h:1", options={"names": str(names)}))
    assert isinstance(adapter, RenewingAdapter)
    adapter._steady = lambda: now[0]
    adapter._looked_at = 0.0
    receipt = Receipt("x:1", "live", datetime(2026, 1, 15, tzinfo=UTC))

    def told(seconds: float) -> tuple[list[str], list[str]]:
        now[0] += seconds
        made = adapter.translate(b"", receipt)
        return [w.message for w in made.warnings], [r.rule for r in made.rejections]

    names.write_text("one and two")
    assert told(1) == (["one"], [])  # not looked at with every message
    assert told(5) == (["one and two"], [])
    names.write_text("broken")
    assert told(5) == (["one and two"], ["settings_refused"])
    assert told(5) == (["one and two"], [])
    names.unlink()
    assert told(5) == (["one and two"], ["settings_refused"])
    names.write_text("three")
    assert told(5) == (["three"], [])


def test_the_register_of_cameras_reaches_an_adapter_that_asks_for_it() -> None:
    factory = AdapterFactory("plain", CameraAdapter)
    adapter = factory.for_source(source(), [BRIDGE])
    assert isinstance(adapter, CameraAdapter)
    assert adapter.settings.cameras == (BRIDGE,)  # type: ignore[attr-defined]
    with pytest.raises(SettingsRefused, match="cameras stand in the register"):
        factory({"cameras": []})


def test_a_source_configured_right_has_the_usual_rhythm() -> None:
    config = SourceConfig.read({"adapter": "cap", "source": "cap:x", "url": "https://a.example/f"})
    assert (config.realm, config.every_s, config.heartbeat_s) == ("live", 60.0, 10.0)


# The address of the broker


def test_a_broker_address_holds_host_port_account_and_tls() -> None:
    plain = BrokerAddress.parse("mqtt://broker.example")
    assert (plain.host, plain.port, plain.tls, plain.username) == (
        "broker.example",
        1883,
        False,
        None,
    )
    full = BrokerAddress.parse("mqtts://feeds:s%3Acret@broker.example?ca=/etc/ca.pem")
    assert (full.port, full.tls, full.username, full.password, full.ca_file) == (
        8883,
        True,
        "feeds",
        "s:cret",
        "/etc/ca.pem",
    )


def test_a_password_is_never_printed() -> None:
    address = BrokerAddress.parse("mqtt://feeds:secret@broker.example")
    assert "secret" not in f"{address} {address!r}"


@pytest.mark.parametrize(
    "url", ["broker.example", "http://broker.example", "mqtt://", "mqtt://a:b"]
)
def test_something_that_is_no_broker_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="the broker's address"):
        BrokerAddress.parse(url)


def test_an_index_is_not_fetched_in_one_place_and_read_in_another() -> None:
    far = {"adapter": "x", "source": "x:1", "url": "https://feed.example/all", "bus": True}
    config = SourceConfig.read(far)
    AdapterFactory("x", PlainAdapter).for_source(config)
    with pytest.raises(SettingsRefused, match="links of its index"):
        AdapterFactory("x", IndexAdapter).for_source(config)
