"""Simulated partners, real adapters, the whole program: what the room makes of a script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from house import House
from services import free_port
from tocsin.contract.broker_address import BrokerAddress
from tocsin.partners import Company, CompanySettings, load_script, settings_for

SCRIPT = Path(__file__).parents[2] / "scenarios" / "partners" / "pa-01-tunnel-and-metro.yaml"
REALM = "exercise-pa-01"
SPEED = 60.0  # a quarter of an hour in fifteen seconds


class Exercise:
    """Tocsin listening to partners."""

    def __init__(self, folder: Path) -> None:
        cad = f"127.0.0.1:{free_port()}"
        config = folder / "partners.toml"
        self.house = House(folder, "--config", config)
        broker = BrokerAddress("127.0.0.1", self.house.port)
        settings = CompanySettings(REALM, broker, speed=SPEED, cad=cad)
        self.company = Company(load_script(SCRIPT), settings)
        config.write_text(settings_for(self.company, REALM, cad), "utf-8")

    def incidents(self, type_code: str) -> list[dict[str, Any]]:
        told = self.house.situation(REALM)["incidents"].values()
        return [incident for incident in told if incident["type"] == type_code]

    def the(self, type_code: str) -> dict[str, Any]:
        [found] = self.incidents(type_code)
        return found

    def wait_to_the_end(self) -> None:
        """The last fact of the script is that the warning is taken back."""

        def over() -> bool:
            return any(incident["state"] == "closed" for incident in self.incidents("WEA-STO"))

        self.house.wait(over, 60, "the warning taken back")

    def said_of(self, incident: dict[str, Any]) -> list[tuple[str, str]]:
        observations = self.house.situation(REALM)["observations"]
        told = [observations[name] for name in incident["observations"]]
        return [(one["source"], one["action"]) for one in told]


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exercise]:
    exercise = Exercise(tmp_path_factory.mktemp("partners"))
    with exercise.house:
        exercise.company.start()
        exercise.wait_to_the_end()
        yield exercise
        exercise.company.stop()


def test_nothing_of_what_partners_say_is_refused(exercise: Exercise) -> None:
    assert exercise.house.situation(REALM)["quarantine"] == {}
    assert exercise.house.situation()["incidents"] == {}  # and nothing of it is real


def test_call_closure_and_radio_are_one_incident_in_the_tunnel(exercise: Exercise) -> None:
    tunnel = exercise.the("TRA-TUN")
    assert exercise.said_of(tunnel) == [
        ("cad:112", "new"),
        ("mobiris:events", "new"),
        ("channels:region", "new"),
        ("mobiris:events", "end"),
    ]
    assert tunnel["facts"]["fire"]["value"] is True
    assert tunnel["facts"]["tunnel_closed"]["value"] is True
    assert tunnel["state"] == "reported"  # the road is open again; the fire is not over


def test_what_leaves_a_snapshot_or_is_cancelled_is_told_as_over(exercise: Exercise) -> None:
    metro, wind = exercise.the("PTR-MET"), exercise.the("WEA-STO")
    assert exercise.said_of(metro) == [("stib:alerts", "new"), ("stib:alerts", "end")]
    assert exercise.said_of(wind) == [("cap:weather", "new"), ("cap:weather", "cancel")]
    assert wind["state"] == "closed"  # what merely ended may begin again: a later tick closes it
    assert metro["text"] == "Arts-Loi / Kunst-Wet"


def test_another_call_elsewhere_is_another_incident(exercise: Exercise) -> None:
    accident = exercise.the("TRA-ACC")
    assert accident["text"] == "Tunnel Montgomery"
    assert exercise.said_of(accident) == [("cad:112", "new")]


def test_the_ambulance_stands_where_it_drove_to(exercise: Exercise) -> None:
    [track] = exercise.house.situation(REALM)["tracks"].values()
    assert (track["lat"], track["lon"]) == pytest.approx((50.86582, 4.35103), abs=1e-4)


def test_the_register_tells_every_partner_and_who_was_first(exercise: Exercise) -> None:
    told = exercise.house.get(f"/api/realms/{REALM}/sources")["sources"]
    lines = {line["source"]: line for line in told}
    assert set(lines) == {
        *("cad:112", "cap:weather", "channels:region"),
        *("mobiris:events", "owntracks:units", "stib:alerts"),
    }
    assert {line["state"] for line in lines.values()} == {"online"}
    assert all(line["flow"]["accepted"] and not line["rejects"] for line in lines.values())
    first = lines["cad:112"]["value"]["detection"]
    assert (first["first"], first["missed"], first["alone"]) == (1, 0, 1)
    assert lines["mobiris:events"]["value"]["detection"]["missed"] == 1


def test_the_figures_count_what_they_said(exercise: Exercise) -> None:
    figures = exercise.house.ask("/metrics").decode()
    assert f'tocsin_source_accepted_total{{realm="{REALM}",source="cad:112"}} 2.0' in figures
