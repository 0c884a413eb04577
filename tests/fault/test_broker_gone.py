"""The broker is away while a source goes on talking."""

import os
import time
from pathlib import Path

from house import House
from screens import Screen
from services import Mosquitto

ALERTS = 500
AWAY_S = 60 if os.environ.get("TOCSIN_LONG") else 8
SOURCE = "cap:test-feed"
CONFIG = """
[[sources]]
adapter = "cap"
source = "{source}"
folder = "{folder}"
every_s = 0.2
heartbeat_s = 1
"""
ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>A-{n:04d}</identifier>
  <sender>warnings@weather.example</sender>
  <sent>2026-01-15T{hour:02d}:{minute:02d}:00+01:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>en-GB</language>
    <category>Met</category>
    <event>Wind</event>
    <urgency>Immediate</urgency>
    <severity>Moderate</severity>
    <certainty>Likely</certainty>
    <area>
      <areaDesc>Brussels</areaDesc>
      <circle>50.85,4.35 5</circle>
    </area>
  </info>
</alert>
"""


def put(folder: Path, n: int) -> None:
    """Whole files only, as a careful writer does."""
    written = folder / f".{n:04d}"
    written.write_text(ALERT.format(n=n, hour=n // 60, minute=n % 60), "utf-8")
    written.rename(folder / f"{n:04d}.xml")


def test_what_a_source_said_meanwhile_arrives_once_and_in_its_order(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    folder = tmp_path / "alerts"
    folder.mkdir()
    config = tmp_path / "tocsin.toml"
    config.write_text(CONFIG.format(source=SOURCE, folder=folder), "utf-8")
    with (
        House(tmp_path / "house", "--config", config, mqtt=mosquitto.url) as house,
        Screen(house.http) as screen,
    ):
        put(folder, 0)
        house.wait_recorded(1)
        screen.wait(lambda: screen.health, message="a beat")

        mosquitto.stop()
        back_at = time.monotonic() + AWAY_S
        screen.wait(lambda: screen.health["broker"]["state"] == "lost")
        assert screen.health["broker"]["since"] is not None
        for n in range(1, ALERTS):
            put(folder, n)
        screen.wait(lambda: time.monotonic() >= back_at, timeout=AWAY_S + 5)
        assert screen.health["broker"]["state"] == "lost"
        assert len(house.recorded()) == 1
        mosquitto.start()

        house.wait_recorded(ALERTS, timeout=60)
        screen.wait(lambda: screen.health["broker"]["state"] == "connected")
        house.wait(lambda: house.situation()["sources"][SOURCE]["state"] == "online", timeout=30)
        entries = house.entries()
        observed = [
            e["body"]["shown"]["observed_at"] or e["body"]["shown"]["external_id"]
            for e in entries
            if e["kind"] == "observation_recorded"
        ]
        assert len(observed) == len(set(house.recorded())) == ALERTS
        assert observed == sorted(observed)

        states = [
            (e["body"]["source"]["state"], e["body"]["source"]["outbox"])
            for e in entries
            if e["kind"] == "source_changed" and e["body"]["source"]["source"] == SOURCE
        ]
        told = [state for state, _ in states]
        assert "catching_up" in told
        assert told.index("catching_up") < len(told) - 1
        assert states[-1] == ("online", 0)
        assert max(outbox for state, outbox in states if state == "catching_up") > ALERTS // 2
        house.wait(lambda: screen.n == house.situation()["n"])
        assert (screen.snapshots, screen.gaps) == (1, 0)
