"""Fixtures for all tests, and the rule that CI skips nothing."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import redis

from services import (
    PROGRAMS,
    Clock,
    Mosquitto,
    PostgresCluster,
    Redis,
    Rtsp,
    Service,
    missing_services,
)

pytest.register_assert_rewrite("journal_promises")

IN_CI = os.environ.get("CI") == "true"
SERVICE_OF_FIXTURE = {
    "mosquitto": "mosquitto",
    "redis_server": "redis",
    "redis_url": "redis",
    "postgres_cluster": "postgres",
    "postgres_url": "postgres",
    "rtsp": "rtsp",
}
BROWSER_TESTS = Path(__file__).parent / "browser"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that servers running as another user may enter: pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A fresh broker; a test may stop, kill and restart it."""
    with Mosquitto(tmp_path / "mosquitto") as broker:
        yield broker


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with Redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """An empty Redis, up again even if the test before killed it."""
    if not redis_server.running:
        redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_cluster(open_folder: Path) -> Iterator[PostgresCluster]:
    with PostgresCluster(open_folder / "postgres") as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """A fresh database; the server is up again even if the test before killed it."""
    if not postgres_cluster.running:
        postgres_cluster.start()
    database = postgres_cluster.create_database()
    yield postgres_cluster.url(database)
    if not postgres_cluster.running:
        postgres_cluster.start()
    postgres_cluster.drop_database(database)


@pytest.fixture
def rtsp(tmp_path: Path) -> Iterator[Rtsp]:
    """Two cameras, `one` and `two`, over streets; a test gives them something to see and starts."""
    server = Rtsp(tmp_path / "rtsp", ("one", "two"))
    yield server
    server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for service in {
            id(s): s for s in item.funcargs.values() if isinstance(s, Service)
        }.values():
            report.sections.append((f"log of {service.name}", service.log_tail()))
    return report


def services_needed(item: pytest.Item) -> set[str]:
    fixtures = getattr(item, "fixturenames", ())
    needed = {SERVICE_OF_FIXTURE[f] for f in fixtures if f in SERVICE_OF_FIXTURE}
    for mark in item.iter_markers("needs"):
        needed.update(mark.args)
    if BROWSER_TESTS in item.path.parents:
        needed.add("chromium")
    if unknown := needed - PROGRAMS.keys():
        raise pytest.UsageError(f"{item.nodeid} needs {unknown}; known are {list(PROGRAMS)}")
    return needed


def pytest_report_header() -> list[str]:
    return [
        f"missing here: {service} (Debian package {package}); tests that need it are left out"
        for service, package in missing_services().items()
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = missing_services()
    left_out = [item for item in items if services_needed(item) & missing.keys()]
    if not left_out:
        return
    if IN_CI:
        raise pytest.UsageError(
            f"CI leaves nothing out: {len(left_out)} tests need {', '.join(missing)};"
            f" apt-get install {' '.join(missing.values())}"
        )
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: it would stay skipped for ever."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not IN_CI or reporter is None or not reporter.stats.get("skipped"):
        return
    reporter.write_line("")
    reporter.write_line("CI=true: a skipped test counts as a failure", red=True)
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
