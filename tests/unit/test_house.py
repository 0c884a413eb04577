"""The rules of the house, asked of the house itself."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PACKAGES = ("backend", "adapters", "frontend")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the Python code, to be changed at will."""
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=lambda folder, names: [
                n for n in names if not (Path(folder, n).is_dir() or n.endswith(".py"))
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(str(house / name) for name in PACKAGES)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_keep_to_the_contracts(house: Path) -> None:
    done = lint_imports(house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("backend/tocsin/unplaced/__init__.py", "", "tocsin.unplaced"),
        ("backend/tocsin/contract/realm.py", "import tocsin.journal", "point down"),
        ("backend/tocsin/web/__init__.py", "import tocsin_adapters", "through entry points"),
        ("adapters/tocsin_adapters/__init__.py", "import tocsin.journal", "An adapter knows"),
        ("frontend/tocsin_frontend/__init__.py", "import tocsin.web", "The frontend knows"),
        ("backend/tocsin/engine/__init__.py", "import tocsin_frontend", "Only the web package"),
    ],
)
def test_an_import_against_the_rules_is_caught(
    house: Path, file: str, line: str, broken: str
) -> None:
    path = house / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint_imports(house)
    assert done.returncode == 1, done.stdout + done.stderr
    assert broken in done.stdout.partition("Broken contracts")[2]


def locked(name: str) -> dict[str, set[str]]:
    """Package → versions: there are several where they differ by Python version."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9-]+)(?:\[.*\])?==(\S+)", line):
            versions.setdefault(match[1], set()).add(match[2])
    return versions


def required(requirements: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9_.-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in names if match}


def test_every_requirement_is_in_the_lock() -> None:
    """Otherwise: tools/lock."""
    runtime = locked("requirements.lock")
    build = PROJECT["build-system"]["requires"]
    assert required(PROJECT["project"]["dependencies"] + build) <= runtime.keys()
    tools = PROJECT["project"]["optional-dependencies"]["dev"]
    assert required(tools) <= locked("requirements-dev.lock").keys()


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
)
def test_a_lock_names_no_host(name: str) -> None:
    """So it serves whichever index or mirror a site uses."""
    assert not re.findall(r"(?:https?|file)://", (ROOT / name).read_text("utf-8"))


COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_runs_a_known_image_and_is_watched(service: str) -> None:
    described = SERVICES[service]
    image = described["image"]
    assert re.search(r":v?[0-9]+\.[0-9]+", image) or image.startswith("tocsin:"), (
        f"not pinned: {image}"
    )
    assert "healthcheck" in described
    assert described["restart"] == "unless-stopped"
    assert "no-new-privileges:true" in described["security_opt"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_published_on_loopback_only(service: str) -> None:
    for port in SERVICES[service].get("ports", []):
        assert str(port).startswith("127.0.0.1:"), port


def test_no_password_stands_in_the_compose_file() -> None:
    """Secrets are files; a variable may only say where."""
    for name, described in SERVICES.items():
        for variable, value in described.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", variable):
                assert variable.endswith("_FILE"), f"{name}: {variable}"
                assert value.startswith("/run/secrets/"), f"{name}: {variable}"
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), f"{name}: {variable}"


def test_every_secret_is_a_file_that_the_readme_tells_how_to_make() -> None:
    readme = (ROOT / "deploy/secrets/README.md").read_text("utf-8")
    used = {secret for described in SERVICES.values() for secret in described.get("secrets", [])}
    assert used == COMPOSE["secrets"].keys()
    for secret in COMPOSE["secrets"].values():
        path = Path(secret["file"])
        assert path.parent == Path("deploy/secrets")
        assert f"`{path.name}`" in readme


def test_no_secret_is_in_the_repository() -> None:
    kept = {".gitignore", "README.md"}
    ignored = (ROOT / "deploy/secrets/.gitignore").read_text("utf-8").split()
    assert ignored == ["*", "!.gitignore", "!README.md"]
    listed = subprocess.run(
        ["git", "ls-files", "deploy/secrets"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert {Path(line).name for line in listed.stdout.splitlines()} <= kept


def test_the_settings_in_the_compose_file_exist() -> None:
    from tocsin.settings import Settings

    for name, described in SERVICES.items():
        for variable in described.get("environment", {}):
            if variable.startswith("TOCSIN_"):
                field = variable.removeprefix("TOCSIN_").lower()
                assert field in Settings.model_fields, f"{name}: {variable}"


DOCUMENTS = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md") for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (document.parent / target.partition("#")[0]).exists(), target
