"""Settings are refused with the name of the field, all at once, before anything starts."""

from pathlib import Path

import pytest

from tocsin.settings import Settings, SettingsError, load_settings


def test_without_a_word_it_runs_on_loopback_with_embedded_parts():
    settings = load_settings(None, {})

    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8765)
    assert settings.mqtt_address is None
    assert settings.database_url.startswith("sqlite:////")


@pytest.mark.parametrize(
    "address", ["0.0.0.0:8765", "192.168.1.4:80", "[::]:8765", "example.org:80"]
)
def test_an_address_that_others_can_reach_is_refused_and_it_says_why(address):
    with pytest.raises(SettingsError, match=r"http: .*it listens on loopback only"):
        load_settings(None, {"http": address})


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:8765", "localhost:9000"])
def test_loopback_addresses_are_taken(address):
    assert address == load_settings(None, {"http": address}).http


@pytest.mark.parametrize(
    "address", ["8765", "localhost", "localhost:http", ":8765", "127.0.0.1:70000"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(SettingsError, match=r"http: .*write HOST:PORT"):
        load_settings(None, {"http": address})


def test_a_file_is_read_and_the_command_line_wins(tmp_path):
    file = tmp_path / "tocsin.toml"
    file.write_text('mqtt = "mqtt://broker:1884"\ndemo = false\n')

    settings = load_settings(file, {"demo": True})

    assert (
        settings.mqtt_address.host,
        settings.mqtt_address.port,
        settings.demo,
    ) == ("broker", 1884, True)


def test_a_variable_wins_over_the_file(tmp_path, monkeypatch):
    file = tmp_path / "tocsin.toml"
    file.write_text("demo_speed = 2\nmqtt_port = 1900\n")
    monkeypatch.setenv("TOCSIN_DEMO_SPEED", "3")

    settings = load_settings(file, {})

    assert (settings.demo_speed, settings.mqtt_port) == (3.0, 1900)


def test_all_errors_are_told_at_once(tmp_path):
    file = tmp_path / "tocsin.toml"
    file.write_text('mqtt = "http://x"\ncolour = "red"\n[[sources]]\nadapter = "cap"\n')

    with pytest.raises(SettingsError) as caught:
        load_settings(file, {})

    told = str(caught.value)
    assert "mqtt: the broker's address must read mqtt://HOST:PORT" in told
    assert "colour: " in told
    assert "sources.0.source: " in told


def test_a_file_that_is_no_toml_is_named(tmp_path):
    file = tmp_path / "tocsin.toml"
    file.write_text("demo = perhaps\n")
    with pytest.raises(SettingsError, match=r"tocsin\.toml"):
        load_settings(file, {})


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(SettingsError, match=r"no-such-file\.toml: No such file"):
        load_settings(Path("no-such-file.toml"), {})


def test_passwords_come_from_files(tmp_path):
    """A password in a URL stands in every process list."""
    secret = tmp_path / "secret"
    secret.write_text("p@ss/word\n")

    settings = load_settings(
        None,
        {
            "mqtt": "mqtts://tocsin@broker",
            "mqtt_password_file": secret,
            "database": "postgresql+psycopg://tocsin@db/tocsin",
            "database_password_file": secret,
            "redis": "redis://bus:6379/0",
            "redis_password_file": secret,
        },
    )

    assert (
        settings.mqtt_address.password,
        settings.mqtt_address.tls,
        settings.mqtt_address.port,
    ) == ("p@ss/word", True, 8883)
    assert settings.database_url == "postgresql+psycopg://tocsin:p%40ss%2Fword@db/tocsin"
    assert settings.redis_url == "redis://:p%40ss%2Fword@bus:6379/0"
    assert "p@ss" not in str(settings.mqtt_address)


def test_every_setting_is_described_and_documented():
    """docs/operating.md is where an operator looks."""
    documented = (Path(__file__).parents[2] / "docs/operating.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"`{name}`" in documented, name
