"""What can happen in an hour; what is said of it stands in subjects.yaml."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Subject(NamedTuple):
    """`type` as it should be typed; `alike` what else it is typed as, `confusion` how often."""

    name: str
    type: str
    alike: tuple[str, ...]
    confusion: float
    seen_from_m: float
    fr: tuple[str, ...]
    nl: tuple[str, ...]


def _read() -> dict[str, Subject]:
    rows: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("subjects.yaml").read_text("utf-8")
    )
    return {
        name: Subject(
            name,
            row["type"],
            tuple(row["alike"]),
            row["confusion"],
            row["seen_from_m"],
            tuple(row["fr"]),
            tuple(row["nl"]),
        )
        for name, row in rows.items()
    }


ALL = _read()
EVERY_TYPE = tuple(
    sorted({s.type for s in ALL.values()} | {t for s in ALL.values() for t in s.alike})
)

HOUSE_FIRE = ALL["house-fire"]
CAR_FIRE = ALL["car-fire"]
GAS_SMELL = ALL["gas-smell"]
COLLISION = ALL["collision"]
TRAM_COLLISION = ALL["tram-collision"]
MEDICAL = ALL["medical"]
BRAWL = ALL["brawl"]
PARCEL = ALL["parcel"]
BURST_MAIN = ALL["burst-main"]
FLOODED_QUARTER = ALL["flooded-quarter"]
TREE_DOWN = ALL["tree-down"]
POWER_CUT = ALL["power-cut"]
POLLUTION = ALL["pollution"]
TUNNEL_CRASH = ALL["tunnel-crash"]
METRO_SMOKE = ALL["metro-smoke"]
RAIL_ACCIDENT = ALL["rail-accident"]
MISSING_CHILD = ALL["missing-child"]
DEMONSTRATION = ALL["demonstration"]
CRUSH = ALL["crush"]
DRONE = ALL["drone"]
