"""The command line: `tocsin run` and its companions. Errors are sentences, never tracebacks."""

import argparse
import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin import __version__
from tocsin.settings import Settings, SettingsError, load_settings

EXIT_ERROR = 2
EXIT_ALTERED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.act is None:
        parser.print_help()
        return EXIT_ERROR
    try:
        settings = load_settings(given.config, _overrides(given))
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        for chatty in ("amqtt", "transitions", "alembic", "uvicorn"):
            logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.root.level))
        return int(given.act(settings, given))
    except SettingsError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.filename or 'the machine'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tocsin",
        description="The real-time picture of a regional crisis communication centre.",
    )
    parser.add_argument("--version", action="version", version=f"tocsin {__version__}")
    parser.set_defaults(act=None, config=None)
    acts = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = acts.add_parser(
        "run", help="everything in one process: the default", description=RUN_HELP
    )
    _add_house_options(run)
    run.add_argument(
        "--no-demo",
        dest="demo",
        action="store_false",
        default=None,
        help="do not play the first scenario; the live realm only",
    )
    run.add_argument(
        "--demo-speed",
        type=float,
        metavar="N",
        help="play the demo N times faster than life (default 6)",
    )
    run.set_defaults(act=_run)

    engine = acts.add_parser("engine", help="production: the single writer; a second one stands by")
    _add_common_options(engine)
    engine.add_argument("--redis", metavar="URL", help="the bus: redis://HOST:6379/0")
    engine.set_defaults(act=_engine)

    gateway = acts.add_parser("gateway", help="production: pages and sockets, as many as wanted")
    _add_common_options(gateway)
    gateway.add_argument("--redis", metavar="URL", help="the bus: redis://HOST:6379/0")
    gateway.add_argument(
        "--http",
        metavar="HOST:PORT",
        help="address of the pages (default 127.0.0.1:8765; loopback only)",
    )
    gateway.set_defaults(act=_gateway)

    adapter = acts.add_parser(
        "adapter", help="run the configured sources of one adapter as a process"
    )
    _add_common_options(adapter)
    adapter.add_argument("name", help="the adapter's name, e.g. cap")
    adapter.set_defaults(act=_adapter)

    journal = acts.add_parser("journal", help="look after the journal")
    jobs = journal.add_subparsers(title="jobs", metavar="JOB", required=True)
    verify = jobs.add_parser(
        "verify", help="check the hash chain; names the first row that was altered"
    )
    replay = jobs.add_parser(
        "replay", help="decide the recorded inputs again and compare every entry"
    )
    for job, act in ((verify, _verify), (replay, _replay)):
        _add_common_options(job)
        job.add_argument("--realm", help="one realm only (default: all)")
        job.set_defaults(act=act)

    contract = acts.add_parser("contract", help="write the JSON Schema, AsyncAPI and OpenAPI files")
    contract.add_argument("folder", type=Path, help="where to write them, e.g. docs/contract")
    contract.set_defaults(act=_contract)
    return parser


RUN_HELP = """Starts the broker, the journal, the engines, the pages, the sources and a
demonstration exercise in one process. Ctrl-C stops it; the next start continues where it was."""


def _add_common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings in a TOML file (docs/operating.md)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder for the journal and outboxes (default ./var)",
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help="journal in PostgreSQL: postgresql+psycopg://USER@HOST/NAME",
    )
    parser.add_argument(
        "--mqtt", metavar="URL", help="use this broker: mqtt://HOST:1883 (default: an embedded one)"
    )
    parser.add_argument(
        "--log-level", metavar="LEVEL", help="DEBUG, INFO, WARNING (default) or ERROR"
    )


def _add_house_options(parser: argparse.ArgumentParser) -> None:
    _add_common_options(parser)
    parser.add_argument(
        "--http",
        metavar="HOST:PORT",
        help="address of the pages (default 127.0.0.1:8765; loopback only)",
    )
    parser.add_argument(
        "--mqtt-port",
        type=int,
        metavar="PORT",
        help="port of the embedded broker (default 1883, or a free one)",
    )


SETTING_OPTIONS = (
    "data",
    "database",
    "redis",
    "mqtt",
    "mqtt_port",
    "http",
    "demo",
    "demo_speed",
    "log_level",
)


def _overrides(given: argparse.Namespace) -> dict[str, Any]:
    values = {name: getattr(given, name, None) for name in SETTING_OPTIONS}
    return {name: value for name, value in values.items() if value is not None}


def _run(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.app import CannotStart, Started, run_house

    def tell(started: Started) -> None:
        print(_welcome(started), flush=True)

    try:
        asyncio.run(run_house(settings, tell))
    except CannotStart as error:
        return _complain(str(error))
    print("Stopped. The next start continues where this one was.")
    return 0


def _welcome(started: Any) -> str:
    rows = [("Live", f"{started.http}/realms/live", "waits for real publishers")]
    if started.exercise_realm is not None:
        exercise = f"{started.http}/realms/{started.exercise_realm}"
        rows.insert(0, ("Exercise", exercise, "SC-01 is playing: look here first"))
    broker = "embedded MQTT broker" if started.embedded_broker else "MQTT broker"
    rows.append(("Publish to", started.mqtt, f"{broker}: tocsin/v1/live/observations/SOURCE"))
    rows.append(("Data", str(started.data.absolute()), ""))
    wide = max(len(where) for _, where, _ in rows)
    lines = [f"  {what:<11}{where:<{wide + 3}}{why}".rstrip() for what, where, why in rows]
    return "\n".join(["Tocsin is running. Ctrl-C stops it.", "", *lines])


def _engine(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.app import CannotStart, LeaseLost, run_engine

    try:
        run_engine(settings, _stop_on_signal())
    except (CannotStart, LeaseLost) as error:
        return _complain(str(error))
    return 0


def _gateway(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.app import CannotStart, run_gateway

    try:
        asyncio.run(run_gateway(settings, lambda http: print(f"Gateway at {http}", flush=True)))
    except CannotStart as error:
        return _complain(str(error))
    return 0


def _adapter(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.app import CannotStart, run_adapter

    try:
        run_adapter(settings, given.name, _stop_on_signal())
    except CannotStart as error:
        return _complain(str(error))
    return 0


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _journal_of(settings: Settings) -> Any:
    from tocsin.journal.store import Journal

    if settings.database is None and not (settings.data / "journal.db").exists():
        raise SettingsError(f"data: there is no journal in {settings.data}")
    return Journal.open(settings.database_url)


def _verify(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.journal.store import Altered, JournalError

    try:
        journal = _journal_of(settings)
        verdicts = {realm: journal.verify(realm) for realm in _realms(journal, given.realm)}
        journal.close()
    except JournalError as error:
        return _complain(f"the journal: {error}")
    altered = False
    for realm, verdict in verdicts.items():
        if isinstance(verdict, Altered):
            altered = True
            print(f"{realm}: ALTERED at entry {verdict.n}: {verdict.reason}")
        else:
            print(f"{realm}: {verdict.n} entries, the chain holds")
    return EXIT_ALTERED if altered else 0


def _replay(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.engine.replay import replay_journal
    from tocsin.journal.store import JournalError

    try:
        journal = _journal_of(settings)
        differences = {
            realm: replay_journal(journal, realm) for realm in _realms(journal, given.realm)
        }
        journal.close()
    except JournalError as error:
        return _complain(f"the journal: {error}")
    for realm, difference in differences.items():
        if difference is None:
            print(f"{realm}: decided again, every entry is the same")
        else:
            print(f"{realm}: entry {difference.n} comes out differently")
            print(f"  recorded: {difference.recorded}\n  decided:  {difference.decided}")
    return EXIT_ALTERED if any(differences.values()) else 0


def _realms(journal: Any, only: str | None) -> list[str]:
    realms: list[str] = journal.realms()
    if only is None:
        return realms
    if only not in realms:
        raise SettingsError(f"--realm {only}: the journal has {', '.join(realms) or 'no realms'}")
    return [only]


def _contract(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.web.contract import write_contract

    for path in write_contract(given.folder):
        print(path)
    return 0


def _complain(sentence: str) -> int:
    for line in sentence.splitlines():
        print(f"tocsin: {line}", file=sys.stderr)
    return EXIT_ERROR


if __name__ == "__main__":
    sys.exit(main())
