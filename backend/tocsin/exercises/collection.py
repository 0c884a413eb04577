"""Where the scenarios are: beside the code in a checkout, inside the package when installed."""

from pathlib import Path


def scenario_folder() -> Path:
    packaged = Path(__file__).parent / "scenarios"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "scenarios"
