"""What an adapter cannot read reaches the room, from the real program."""

from pathlib import Path

from house import House

BROKEN = "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>a</identifier>"
SECRET = "who-knows-what"


def settings(folder: Path) -> Path:
    (folder / "in").mkdir()
    path = folder / "tocsin.toml"
    path.write_text(
        f"""
adapters = ["cap"]

[[sources]]
adapter = "cap"
source = "cap:folder"
folder = "{folder / "in"}"
every_s = 0.2
heartbeat_s = 0.5
maturity = "pilot"
controller = "IRM / KMI"
""",
        "utf-8",
    )
    return path


def test_a_file_that_cannot_be_read_is_counted_with_its_reason(tmp_path: Path) -> None:
    with House(tmp_path, "--config", settings(tmp_path)) as house:
        for number in range(3):
            (tmp_path / "in" / f"{number}.xml").write_text(f"{BROKEN}<note>{SECRET}{number}")
        house.wait(lambda: rejects(house) == {"xml_syntax": 3}, message="three rejects")
        [row] = house.get("/api/realms/live/quarantine")
        assert (row["source"], row["reason"], row["count"]) == ("cap:folder", "xml_syntax", 3)
        assert row["size"] == len(f"{BROKEN}<note>{SECRET}0")
        assert len(row["sha256"]) == 64
        assert SECRET not in house.ask("/api/realms/live/quarantine").decode()
        assert 1 <= house.situation()["quarantined"] <= 3
        line = house.get("/api/realms/live/sources/cap:folder")
        assert line["configured"]["maturity"] == "pilot"
        house.wait(lambda: flow(house) == (3, 3), message="its own word on it")
        refused = 'refused_total{realm="live",reason="xml_syntax",source="cap:folder"} 3.0'
        assert refused in house.ask("/metrics").decode()


def rejects(house: House) -> dict[str, int]:
    line = house.get("/api/realms/live/sources/cap:folder")
    return {reject["reason"]: reject["messages"] for reject in line["rejects"]}


def flow(house: House) -> tuple[int | None, int | None]:
    told = house.get("/api/realms/live/sources/cap:folder")["flow"]
    return told["received"], told["rejected"]
