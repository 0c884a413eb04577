"""What `./test` does, inside the environment: the checks, then pytest.

./test                        all of it
./test check                  the checks only
./test unit|integration|browser|fault|bench [pytest's arguments]
./test -k plates -x           anything else goes to pytest as it is
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(sys.executable).parent
TYPE_CHECKER = ROOT / "node_modules" / ".bin" / "tsc"
GROUPS = ("unit", "integration", "browser", "fault")
IN_CI = os.environ.get("CI") == "true"


@dataclass(frozen=True)
class Check:
    name: str
    command: Sequence[str | Path]


@dataclass(frozen=True)
class Verdict:
    name: str
    passed: bool
    told: str
    seconds: float


def checks() -> list[Check]:
    found = [
        Check("ruff check", [BINARIES / "ruff", "check"]),
        Check("ruff format", [BINARIES / "ruff", "format", "--check"]),
        Check("mypy", [BINARIES / "mypy"]),
        Check("lint-imports", [BINARIES / "lint-imports"]),
        Check("codespell", [BINARIES / "codespell"]),
    ]
    if TYPE_CHECKER.exists() or IN_CI:
        found.append(Check("tsc", [TYPE_CHECKER, "--project", "frontend/jsconfig.json"]))
    else:
        print("tsc           left out: node and the type checker are missing (npm ci brings it)")
    return found


def judge(check: Check) -> Verdict:
    started = time.monotonic()
    try:
        done = subprocess.run(check.command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        return Verdict(check.name, False, f"{error.filename} is missing: run npm ci", 0.0)
    seconds = time.monotonic() - started
    return Verdict(check.name, done.returncode == 0, done.stdout + done.stderr, seconds)


def all_checks_pass() -> bool:
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = []
        for verdict in pool.map(judge, checks()):
            verdicts.append(verdict)
            outcome = "passed" if verdict.passed else "FAILED"
            print(f"{verdict.name:<13} {outcome}  {verdict.seconds:5.1f} s", flush=True)
            if not verdict.passed:
                print(verdict.told.strip(), flush=True)
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    took = time.monotonic() - started
    if failed:
        print(
            f"{len(failed)} of {len(verdicts)} checks failed: {', '.join(failed)}  ({took:.0f} s)"
        )
    return not failed


def pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def folders(*groups: str) -> list[str]:
    return [f"tests/{group}" for group in groups]


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            return pytest(*folders(*GROUPS)) if all_checks_pass() else 1
        case ["check"]:
            return 0 if all_checks_pass() else 1
        case ["bench", *rest]:
            return pytest("-m", "bench", "-s", *folders("bench"), *rest)
        case [group, *rest] if group in GROUPS:
            return pytest(*folders(group), *rest)
        case _:
            return pytest(*arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
