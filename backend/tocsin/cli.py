"""The command line: `tocsin run` and its companions. Errors are sentences, never tracebacks."""

import argparse
import asyncio
import gc
import logging
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tocsin import __version__
from tocsin.adapter_cli import add_kit, as_one_command
from tocsin.scenario_cli import add_scenario
from tocsin.settings import Settings, SettingsError, load_settings

EXIT_ERROR = 2
EXIT_ALTERED = 1
EXIT_WRONG = 1
COLLECT_AFTER = 20_000
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(as_one_command(sys.argv[1:] if arguments is None else arguments))
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

    cameras = acts.add_parser(
        "cameras", help="production: watch the configured cameras, a process for each group"
    )
    _add_common_options(cameras)
    cameras.set_defaults(act=_cameras)

    add_kit(acts, _add_common_options, _stop_on_signal)

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

    _add_rules(acts)

    _add_partners(acts)

    _add_from_journal(add_scenario(acts, _add_common_options))

    contract = acts.add_parser("contract", help="write the JSON Schema, AsyncAPI and OpenAPI files")
    contract.add_argument("folder", type=Path, help="where to write them, e.g. docs/contract")
    contract.set_defaults(act=_contract)
    return parser


def _add_rules(acts: Any) -> None:
    rules = acts.add_parser("rules", help="look at, rehearse and arm the rules (docs/rules.md)")
    jobs = rules.add_subparsers(title="jobs", metavar="JOB", required=True)

    show = jobs.add_parser("show", help="the rules in force; with FOLDER, their tables as files")
    show.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    show.add_argument("--shipped", action="store_true", help="those that Tocsin brings instead")
    show.set_defaults(act=_show_rules)

    check = jobs.add_parser("check", help="read a folder of tables; names every line that is wrong")
    check.add_argument("folder", type=Path, metavar="FOLDER")
    check.set_defaults(act=_check_rules)

    rehearse = jobs.add_parser(
        "rehearse", help="what a folder of tables would have done, beside today's rules"
    )
    rehearse.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help="default: the shipped tables"
    )
    rehearse.add_argument(
        "--last", metavar="7d", help="the last days (d), hours (h) or minutes (m)"
    )
    rehearse.add_argument("--from", dest="since", metavar="TIME", help="with its offset")
    rehearse.add_argument("--to", dest="until", metavar="TIME", help="default: the last entry")
    rehearse.add_argument(
        "--scenarios",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="over these scenarios, or all of the exercise library, instead of a journal",
    )
    rehearse.add_argument("--json", action="store_true", help="the whole comparison as JSON")
    rehearse.set_defaults(act=_rehearse_rules)

    arm = jobs.add_parser("arm", help="have a running Tocsin judge by a folder of tables")
    arm.add_argument("folder", type=Path, metavar="FOLDER")
    disarm = jobs.add_parser("disarm", help="have a running Tocsin judge by its shipped tables")
    for job, act in ((arm, _arm_rules), (disarm, _disarm_rules)):
        job.add_argument("--note", required=True, help="why; it stays in the journal")
        job.add_argument(
            "--http", metavar="HOST:PORT", help="where it runs (default 127.0.0.1:8765)"
        )
        job.add_argument("--capacity", default="admin", help="in which it is done (default admin)")
        job.set_defaults(act=act)

    for job in (show, check, rehearse, arm, disarm):
        _add_common_options(job)
        if job is not check:
            job.add_argument("--realm", default="live", help="default: live")


def _add_from_journal(jobs: Any) -> None:
    job = jobs.add_parser(
        "from-journal",
        help="turn a recorded stretch into a scenario without plates, numbers, names or pictures",
        description="Writes a scenario, and says whether today's rules, or those of a folder, make "
        "of it what the room made of it then.",
    )
    _add_common_options(job)
    job.add_argument("file", type=Path, metavar="OUT.yaml", help="its name is the scenario's id")
    job.add_argument("--realm", default="live", help="default: live")
    job.add_argument("--from", dest="since", metavar="TIME", required=True, help="with its offset")
    job.add_argument("--to", dest="until", metavar="TIME", required=True, help="with its offset")
    job.add_argument("--rules", type=Path, metavar="FOLDER", help="judge by these tables instead")
    job.set_defaults(act=_from_journal, last=None)


def _add_partners(acts: Any) -> None:
    partners = acts.add_parser(
        "partners",
        help="simulated partners that speak as the real ones would (docs/partners.md)",
        description="Plays a script of facts over real connections. Prints, as TOML, the settings "
        "with which Tocsin listens to it. Ctrl-C stops it.",
    )
    _add_common_options(partners)
    partners.add_argument("script", type=Path, metavar="FILE", help="scenarios/partners/….yaml")
    partners.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="wait N times shorter between facts"
    )
    partners.add_argument(
        "--mode",
        choices=["exercise", "test"],
        default="exercise",
        help="test: for the live realm; partners whose format cannot say so stay silent",
    )
    partners.add_argument(
        "--realm", metavar="REALM", help="default: exercise-SCRIPT, or live with --mode test"
    )
    partners.add_argument(
        "--http",
        metavar="HOST:PORT",
        default="127.0.0.1:9110",
        help="where partners that are asked answer (default 127.0.0.1:9110)",
    )
    partners.add_argument(
        "--cad",
        metavar="HOST:PORT",
        default="127.0.0.1:9112",
        help="where Tocsin listens to the 112 centre (default 127.0.0.1:9112)",
    )
    partners.set_defaults(act=_partners)


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


def _cameras(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.app import CannotStart, run_cameras

    try:
        run_cameras(settings, _stop_on_signal())
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
    from tocsin.contract.realm import is_realm
    from tocsin.engine.replay import replay_journal
    from tocsin.journal.store import JournalError

    try:
        journal = _journal_of(settings)
        differences = {
            realm: replay_journal(journal, realm)
            for realm in filter(is_realm, _realms(journal, given.realm))
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


def _show_rules(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.rulebook import armed, armings, shipped_texts
    from tocsin.rulebook.folder import write_folder

    history: list[Any] = []
    if not given.shipped:
        history = _with_journal(settings, lambda j: armings(j, given.realm), [])
    rules = history[0] if history else None
    if given.folder is not None:
        texts = {**shipped_texts(), **(rules.tables if rules else {})}
        for path in write_folder(given.folder, texts):
            print(path)
        return 0
    print(f"{given.realm}: rules {armed(rules).version}")
    for one in history:
        tables = ", ".join(sorted(one.tables)) or "all as shipped"
        note = f": {one.note}" if one.note else ""
        print(f"  {one.at} entry {one.armed_by}: {one.version} ({tables}), by {one.by}{note}")
    return 0


def _check_rules(settings: Settings, given: argparse.Namespace) -> int:
    tables = _tables_of(given.folder)
    if tables is None:
        return EXIT_WRONG
    from tocsin.rulebook import changed_tables, read_rulebook, shipped

    version = read_rulebook(tables).version
    changed = sorted(changed_tables(tables))
    told = f"{', '.join(changed)} differ from the shipped" if changed else "all as shipped"
    print(f"{given.folder}: rules {version}; {told} ({shipped().version})")
    return 0


def _rehearse_rules(settings: Settings, given: argparse.Namespace) -> int:
    import orjson

    from tocsin.rehearsal import report
    from tocsin.rulebook import changed_tables, read_rulebook, rules_in_force
    from tocsin.situation.records import ArmedRules

    tables = {} if given.folder is None else _tables_of(given.folder)
    if tables is None:
        return EXIT_WRONG
    changed = ArmedRules(
        version=read_rulebook(tables).version,
        at="",
        by=str(given.folder or "shipped"),
        armed_by=0,
        tables=changed_tables(tables),
    )
    gc.set_threshold(COLLECT_AFTER, 10, 10)  # most of what is made dies at once
    today = _with_journal(settings, lambda j: rules_in_force(j, given.realm), None)
    found = list(_comparisons(settings, given, today, changed))
    if given.json:
        plain = [one.model_dump(mode="json") for one in found]
        print(orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode())
    else:
        print("\n\n".join(report(one) for one in found))
    return 0


def _comparisons(
    settings: Settings, given: argparse.Namespace, today: Any, changed: Any
) -> Iterator[Any]:
    from tocsin.exercises.collection import scenario_folder
    from tocsin.exercises.scenario import load_scenario
    from tocsin.rehearsal import find_stretch, play_scenario, read_stretch, rehearse
    from tocsin.tables import TableError

    if given.scenarios is not None:
        for path in given.scenarios or sorted(scenario_folder().glob("*.yaml")):
            try:
                scenario = load_scenario(path)
            except TableError as error:
                raise SettingsError("\n".join(error.problems)) from None
            before, steps, end = play_scenario(scenario)
            yield rehearse(path.stem, before, steps, today, changed, steps[0].given.at, end)
        return

    def over(journal: Any) -> Any:
        _realms(journal, given.realm)
        stretch = find_stretch(journal, given.realm, *_period(journal, given))
        times = stretch.first_at, stretch.last_at
        return rehearse(given.realm, *read_stretch(journal, stretch), today, changed, *times)

    found = _with_journal(settings, over, None)
    if found is None:
        raise SettingsError(f"data: there is no journal in {settings.data}")
    yield found


def _period(journal: Any, given: argparse.Namespace) -> tuple[str, str]:
    """From and to, as UTC text; counted from the last entry, in an exercise its own time."""
    from tocsin.contract.times import from_text, to_text

    latest = from_text(journal.head(given.realm).at) + timedelta(milliseconds=1)
    until = latest if given.until is None else _moment("--to", given.until)
    if given.since is not None and given.last is not None:
        raise SettingsError("--from and --last: give one of them")
    if given.since is not None:
        since = _moment("--from", given.since)
    else:
        found = re.fullmatch(r"(\d{1,4})([dhm])", given.last or "7d")
        if found is None:
            raise SettingsError(f"--last {given.last}: write 7d, 12h or 90m")
        unit = {"d": "days", "h": "hours", "m": "minutes"}[found[2]]
        since = until - timedelta(**{unit: int(found[1])})
    if since >= until:
        raise SettingsError("--from: comes before --to")
    return to_text(since), to_text(until)


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{option} {text}: write 2026-01-15T08:00:00+01:00") from None
    if moment.tzinfo is None:
        raise SettingsError(f"{option} {text}: a time without its offset could be any time")
    return moment


def _arm_rules(settings: Settings, given: argparse.Namespace) -> int:
    tables = _tables_of(given.folder)
    if tables is None:
        return EXIT_WRONG
    return _tell(settings, given, {"command": "arm_rules", "tables": tables})


def _disarm_rules(settings: Settings, given: argparse.Namespace) -> int:
    return _tell(settings, given, {"command": "disarm_rules"})


def _tell(settings: Settings, given: argparse.Namespace, command: dict[str, Any]) -> int:
    """Over the same door as a screen's commands, so that the same rights hold."""
    import json
    import urllib.error
    import urllib.request

    realm = urllib.parse.quote(given.realm, safe="")
    door = f"http://{settings.http}/api/realms/{realm}/commands"
    headers = {"X-Tocsin": "1", "X-Tocsin-Capacity": given.capacity}
    body = json.dumps({**command, "note": given.note}).encode()
    try:
        request = urllib.request.Request(door, body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            n = json.load(answer)["n"]
    except urllib.error.HTTPError as refused:
        with refused:
            _complain(json.loads(refused.read())["detail"])
        return EXIT_WRONG
    except (urllib.error.URLError, TimeoutError) as error:
        reason = getattr(error, "reason", error)
        return _complain(f"no Tocsin answers at http://{settings.http}: {reason}; give --http")
    print(f"{given.realm}: in force from entry {n + 1} on")
    return 0


def _from_journal(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.book import entries_of_book
    from tocsin.exercises.recorded import Unplayable, recorded_scenario
    from tocsin.exercises.scenario import read_scenario
    from tocsin.rehearsal import same_decisions
    from tocsin.rulebook import rules_in_force
    from tocsin.tables import TableError

    other = None if given.rules is None else _armed_rules(given.rules)
    if given.rules is not None and other is None:
        return EXIT_WRONG
    if given.file.exists():
        raise SettingsError(f"{given.file}: is there already")

    def recorded(journal: Any) -> tuple[str, Any]:
        _realms(journal, given.realm)
        entries = entries_of_book(journal, given.realm)
        text = recorded_scenario(given.file.stem, entries, *_period(journal, given))
        return text, other or rules_in_force(journal, given.realm)

    try:
        found = _with_journal(settings, recorded, None)
    except (Unplayable, TableError) as error:
        _complain(str(error))
        return EXIT_WRONG
    if found is None:
        raise SettingsError(f"data: there is no journal in {settings.data}")
    text, rules = found
    given.file.write_text(text, "utf-8")
    same = same_decisions(read_scenario(text, given.file.name), rules)
    print(f"{given.file}: {same.messages} messages; {len(same.otherwise)} would lie otherwise")
    for one in same.otherwise[:20]:
        then, now = (len(those) for those in (one.then, one.now))
        print(f"  {one.message}: then among {then} in an incident, now among {now}")
    return 0


def _armed_rules(folder: Path) -> Any:
    from tocsin.rulebook import changed_tables, read_rulebook
    from tocsin.situation.records import ArmedRules

    tables = _tables_of(folder)
    if tables is None:
        return None
    return ArmedRules(
        version=read_rulebook(tables).version,
        at="",
        by=str(folder),
        armed_by=0,
        tables=changed_tables(tables),
    )


def _tables_of(folder: Path) -> dict[str, str] | None:
    """The checked tables of a folder; None when they are wrong, and every wrong line is told."""
    from tocsin.rulebook import read_rulebook
    from tocsin.rulebook.folder import read_folder
    from tocsin.tables import TableError

    try:
        tables = read_folder(folder)
        read_rulebook(tables)
    except TableError as error:
        _complain("\n".join(error.problems))
        return None
    return tables


def _with_journal(settings: Settings, ask: Callable[[Any], T], otherwise: T) -> T:
    """`otherwise` where there is no journal yet: the shipped rules hold."""
    from tocsin.journal.store import JournalError

    if settings.database is None and not (settings.data / "journal.db").exists():
        return otherwise
    try:
        journal = _journal_of(settings)
        try:
            return ask(journal)
        finally:
            journal.close()
    except JournalError as error:
        raise SettingsError(f"the journal: {error}") from None


def _partners(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.contract.broker_address import BrokerAddress
    from tocsin.contract.realm import is_exercise, is_realm
    from tocsin.partners import Company, CompanySettings, load_script, settings_for
    from tocsin.settings import split_http
    from tocsin.tables import TableError

    if not 0 < given.speed <= 600:
        raise SettingsError(f"--speed {given.speed:g}: more than 0, at most 600")
    try:
        script = load_script(given.script)
        http = split_http(given.http)
        split_http(given.cad)
    except TableError as error:
        raise SettingsError("\n".join(error.problems)) from None
    except ValueError as error:
        raise SettingsError(str(error)) from None
    exercise = given.mode == "exercise"
    realm = given.realm or (f"exercise-{script.partners}" if exercise else "live")
    if not is_realm(realm) or is_exercise(realm) != exercise:
        raise SettingsError(f"--realm {realm}: an exercise realm in an exercise, live in a test")
    broker = settings.mqtt_address or BrokerAddress.parse("mqtt://127.0.0.1:1883")
    company = Company(
        script, CompanySettings(realm, broker, given.mode, given.speed, http, given.cad)
    )
    print(f"# {script.title.en}. Partners answer at {company.root} and publish to {broker}.")
    for partner in script.speakers:
        if partner not in company.speakers:
            print(f"# {partner} stays silent: its format cannot say that this is a test.")
    print(settings_for(company, realm, given.cad), flush=True)
    stop = _stop_on_signal()
    company.start()
    print(f"# {len(script.facts)} facts until {company.play.ends:%H:%M:%S} UTC.", flush=True)
    stop.wait()
    company.stop()
    return 0


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
