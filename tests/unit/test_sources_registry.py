"""Adapters by name: installed is not enabled, and what is wrong is said in a sentence."""

from importlib.metadata import EntryPoint, EntryPoints
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from tocsin.contract import Receipt, Translation
from tocsin.contract.broker_address import BrokerAddress
from tocsin.sources import (
    AdapterMissing,
    SettingsRefused,
    SourceConfig,
    installed_adapters,
    load_adapters,
    registry,
)


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
        ({}, "give exactly one of file, folder, url, mqtt = true; found none"),
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
