"""The adapter kit on the command line: try, begin and run adapters, record and replay topics."""

import argparse
import json
import os
import queue
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, get_args

import paho.mqtt.client as mqtt

from tocsin.contract import Finding, Observation, Receipt, is_realm
from tocsin.contract.broker_address import BrokerAddress
from tocsin.contract.observation import SOURCE_PATTERN, LegalRegime
from tocsin.settings import Settings, SettingsError
from tocsin.sources import (
    AdapterMissing,
    Half,
    SettingsRefused,
    SourceConfig,
    check_sources,
    halves_of,
    load_adapters,
    start_sources,
)
from tocsin.sources.recording import (
    NotARecording,
    Recorded,
    line_of,
    played_back,
    read_recording,
)
from tocsin.sources.starting import NotStarted, start_adapter
from tocsin.sources.tryout import Tried, try_adapter

EXIT_REJECTED = 1
CONNECT_S = 10.0
LOOK_S = 0.25
TAKEN_S = 10.0
KIT = ("test", "new")

AddOptions = Callable[[argparse.ArgumentParser], None]
Stop = Callable[[], threading.Event]


def as_one_command(arguments: Sequence[str]) -> list[str]:
    """`adapter test …` and `adapter new …` stand where an adapter's name would."""
    if len(arguments) > 1 and arguments[0] == "adapter" and arguments[1] in KIT:
        return [f"adapter-{arguments[1]}", *arguments[2:]]
    return list(arguments)


def add_kit(acts: Any, add_common_options: AddOptions, stop_on_signal: Stop) -> None:
    adapter = acts.add_parser(
        "adapter",
        help="run the configured sources of one adapter; `adapter test`, `adapter new`: the kit",
        epilog="tocsin adapter test NAME FILE… tries one on files; tocsin adapter new NAME FOLDER "
        "begins one (docs/writing-an-adapter.md).",
    )
    add_common_options(adapter)
    adapter.add_argument("name", help="the adapter's name, e.g. cap")
    adapter.add_argument(
        "--half",
        choices=get_args(Half),
        help="of sources that go through the bus: only take bytes in, or only translate them",
    )
    adapter.set_defaults(act=lambda settings, given: _run(settings, given, stop_on_signal()))

    _add_test(acts, add_common_options)

    new = acts.add_parser("adapter-new", prog="tocsin adapter new", description=NEW_HELP)
    new.add_argument("name", help="lower case letters, digits and _")
    new.add_argument("folder", type=Path, help="an empty or missing folder")
    new.set_defaults(act=_new)

    record = acts.add_parser("record", help="keep what comes on topics in a file")
    add_common_options(record)
    record.add_argument("--topic", nargs="+", required=True, metavar="FILTER", help="a/b, a/+, a/#")
    record.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="then stop")
    record.add_argument("--force", action="store_true", help="overwrite the file without asking")
    record.add_argument("file", type=Path)
    record.set_defaults(act=lambda settings, given: _record(settings, given, stop_on_signal()))

    replay = acts.add_parser("replay", help="publish what was recorded, in its rhythm")
    add_common_options(replay)
    replay.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="times faster; 0 at once (default 1)"
    )
    replay.add_argument(
        "--topic-map",
        action="append",
        default=[],
        metavar="OLD=NEW",
        help="another beginning of topics, e.g. frigate=test/frigate",
    )
    replay.add_argument("--realm", help="into which realm tocsin/v1/… topics go")
    replay.add_argument("file", type=Path)
    replay.set_defaults(act=lambda settings, given: _replay(settings, given, stop_on_signal()))


def _add_test(acts: Any, add_common_options: AddOptions) -> None:
    test = acts.add_parser("adapter-test", prog="tocsin adapter test", description=TEST_HELP)
    add_common_options(test)
    test.add_argument("name", help="the adapter's name, e.g. cap")
    test.add_argument("files", nargs="+", type=Path, metavar="FILE")
    test.add_argument("--source", help="default: NAME:test")
    test.add_argument("--realm", default="live", help="default: live")
    test.add_argument("--topic", default="", help="the MQTT topic that it came on")
    test.add_argument("--origin", default="", help="default: the file's name")
    test.add_argument("--content-type", default="", metavar="TYPE")
    test.add_argument("--at", metavar="TIME", help="when it arrived, with its offset; default: now")
    test.add_argument("--legal-regime", choices=get_args(LegalRegime), metavar="REGIME")
    test.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of the adapter; the value as in TOML, or plain text",
    )
    test.add_argument("--json", action="store_true", help="a line of JSON for each file")
    test.set_defaults(act=_test)


TEST_HELP = """Translates files as a source would and shows what became of each. Nothing is sent.
The adapter's memory goes from one file to the next. Exit code 1 if anything was rejected."""
NEW_HELP = "Writes a package for a new adapter, with its tests and an example."


def _run(settings: Settings, given: argparse.Namespace, stop: threading.Event) -> int:
    if settings.mqtt_address is None:
        raise SettingsError("mqtt: an adapter needs a broker")
    try:
        check_sources(settings.sources, settings.adapters, settings.cameras)
    except (AdapterMissing, SettingsRefused) as refused:
        raise SettingsError(str(refused)) from None
    sources = [config for config in settings.sources if config.adapter == given.name]
    if not sources:
        raise SettingsError(
            f"no source uses the adapter {given.name!r}; add [[sources]] to the settings"
        )
    sources = [config for config in sources if halves_of(config, given.half)]
    if not sources:
        raise SettingsError(f"no source of {given.name!r} goes through the bus: bus = true")
    stop_all = start_sources(
        sources, settings.mqtt_address, settings.data, settings.cameras, half=given.half
    )
    stop.wait()
    stop_all()
    return 0


def _test(settings: Settings, given: argparse.Namespace) -> int:
    config = _try_config(given)
    try:
        factory = load_adapters([given.name])[given.name]
        adapter = factory.for_source(config, settings.cameras)
    except (AdapterMissing, SettingsRefused) as refused:
        raise SettingsError(str(refused)) from None
    receipt = Receipt(
        source=config.source,
        realm=config.realm,
        received_at=_time(given.at) if given.at else datetime.now(UTC),
        origin=given.origin,
        content_type=given.content_type,
        topic=given.topic,
        legal_regime=config.legal_regime,
    )
    files = ((str(file), file.read_bytes()) for file in given.files)
    rejected = False
    for tried in try_adapter(adapter, files, receipt):
        rejected = rejected or bool(tried.translation.rejections)
        _say(_as_json(tried) if given.json else "\n".join(_as_text(tried)))
    return EXIT_REJECTED if rejected else 0


def _try_config(given: argparse.Namespace) -> SourceConfig:
    try:
        return SourceConfig.read(
            {
                "adapter": given.name,
                "source": given.source or f"{given.name}:test",
                "realm": given.realm,
                "mqtt": True,
                "legal_regime": given.legal_regime,
                "options": dict(_option(one) for one in given.option),
            }
        )
    except SettingsRefused as refused:
        raise SettingsError(f"{refused} (a source is {SOURCE_PATTERN})") from None


def _option(said: str) -> tuple[str, Any]:
    key, equals, value = said.partition("=")
    if not key or not equals:
        raise SettingsError(f"--option {said}: write KEY=VALUE")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def _time(said: str) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise SettingsError(f"--at {said}: no time; write 2026-01-15T16:41:07+01:00") from None
    if at.tzinfo is None:
        raise SettingsError(f"--at {said}: it has no offset; write 2026-01-15T16:41:07+01:00")
    return at.astimezone(UTC)


def _as_json(tried: Tried) -> str:
    made = tried.translation
    return json.dumps(
        {
            "file": tried.name,
            "size": tried.size,
            "ms": round(tried.took_ms, 2),
            "observations": [_plain(one) for one in made.observations],
            "warnings": [_finding(one) for one in made.warnings],
            "rejections": [_finding(one) for one in made.rejections],
            "links": list(made.links),
            "remember": dict(made.remember),
        },
        ensure_ascii=False,
    )


def _plain(observation: Observation) -> dict[str, Any]:
    whole: dict[str, Any] = observation.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in whole.items() if value not in ([], {})}


def _finding(finding: Finding) -> dict[str, Any]:
    said = {"rule": finding.rule, "field": finding.field, "message": finding.message}
    return said if finding.offset is None else said | {"offset": finding.offset}


def _as_text(tried: Tried) -> Iterator[str]:
    made = tried.translation
    told = [f"{tried.size} bytes, {tried.took_ms:.1f} ms"]
    counted = (
        (len(made.observations), "observations"),
        (len(made.warnings), "warnings"),
        (len(made.rejections), "rejections"),
    )
    told += [f"{count} {what if count != 1 else what.removesuffix('s')}" for count, what in counted]
    yield f"{tried.name}: {', '.join(told)}"
    for observation in made.observations:
        plain = _plain(observation)
        yield f"  {plain.pop('action')} {plain.pop('kind')} {plain.pop('external_id')}"
        for name, value in plain.items():
            said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"    {name}: {said}"
    for finding in made.warnings:
        yield f"  warning {_sentence(finding)}"
    for finding in made.rejections:
        yield f"  REJECTED {_sentence(finding)}"
    for link in made.links:
        yield f"  link {link}"
    if made.remember:
        forgotten = sum(value is None for value in made.remember.values())
        yield f"  remembers {len(made.remember) - forgotten}, forgets {forgotten}"


def _sentence(finding: Finding) -> str:
    where = finding.field + ("" if finding.offset is None else f" at {finding.offset}")
    return f"{finding.rule}{f' ({where.strip()})' if where.strip() else ''}: {finding.message}"


def _new(settings: Settings, given: argparse.Namespace) -> int:
    try:
        for path in start_adapter(given.name, given.folder):
            _say(str(path))
    except NotStarted as refused:
        raise SettingsError(str(refused)) from None
    return 0


def _record(settings: Settings, given: argparse.Namespace, stop: threading.Event) -> int:
    address = _broker(settings)
    with _opened(given.file, force=given.force) as file:
        count = record(address, given.topic, file, stop, given.seconds)
    _say(f"{count} messages in {given.file}")
    return 0


def _opened(file: Path, *, force: bool) -> IO[str]:
    """For this person only: a recording may hold what is nobody else's business."""
    if file.exists() and not force:
        if not sys.stdin.isatty():
            raise SettingsError(f"{file} is there already; --force overwrites it")
        if input(f"{file} is there already. Overwrite it? [y/N] ").strip().lower() != "y":
            raise SettingsError(f"{file} is left as it is")
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(handle, "w", encoding="utf-8")


def record(
    address: BrokerAddress,
    filters: Sequence[str],
    file: IO[str],
    stop: threading.Event,
    seconds: float | None = None,
) -> int:
    """Writes until `stop` or for so many seconds; gives back how many messages."""
    heard: queue.Queue[Recorded] = queue.Queue()

    def hear(_client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if any(mqtt.topic_matches_sub(one, message.topic) for one in filters):
            at = datetime.now(UTC)
            heard.put(
                Recorded(at, message.topic, bytes(message.payload), message.qos, message.retain)
            )

    client = _connected(address, "record", hear, [(one, 1) for one in filters])
    until = None if seconds is None else time.monotonic() + seconds
    count = 0
    try:
        while not stop.is_set() and (until is None or time.monotonic() < until):
            try:
                message = heard.get(timeout=LOOK_S if until is None else min(LOOK_S, seconds or 0))
            except queue.Empty:
                file.flush()
                continue
            file.write(line_of(message) + "\n")
            count += 1
    finally:
        client.disconnect()
        client.loop_stop()
    return count


def _replay(settings: Settings, given: argparse.Namespace, stop: threading.Event) -> int:
    if given.realm is not None and not is_realm(given.realm):
        raise SettingsError(f"--realm {given.realm}: write live or exercise-NAME")
    if given.speed < 0:
        raise SettingsError("--speed: 1 is life, 10 ten times faster, 0 all at once")
    begin = dict(_mapping(one) for one in given.topic_map)
    address = _broker(settings)
    with given.file.open(encoding="utf-8") as file:
        try:
            plan = played_back(read_recording(file), given.speed, begin, given.realm)
            count = replay(address, plan, stop)
        except (NotARecording, UnicodeDecodeError) as trouble:
            raise SettingsError(f"{given.file}: {trouble}") from None
    _say(f"{count} messages published")
    return 0


def _mapping(said: str) -> tuple[str, str]:
    old, equals, new = said.partition("=")
    if not old or not equals or not new:
        raise SettingsError(f"--topic-map {said}: write OLD=NEW")
    return old, new


def replay(
    address: BrokerAddress, plan: Iterator[tuple[float, str, Recorded]], stop: threading.Event
) -> int:
    """Publishes each message when it is due, none of them retained; gives back how many."""
    client = _connected(address, "replay", None, [])
    began = time.monotonic()
    count = 0
    last: mqtt.MQTTMessageInfo | None = None
    try:
        for after_s, topic, message in plan:
            if stop.wait(max(0.0, began + after_s - time.monotonic())):
                break
            last = client.publish(topic, message.payload, qos=message.qos)
            count += 1
            if message.qos and count % 100 == 0:  # no faster than the broker takes them
                last.wait_for_publish(TAKEN_S)
        if last is not None:
            last.wait_for_publish(TAKEN_S)
    finally:
        client.disconnect()
        client.loop_stop()
    return count


def _connected(
    address: BrokerAddress, what: str, hear: Any, filters: list[tuple[str, int]]
) -> mqtt.Client:
    """Ready, with its subscriptions in place; raises SettingsError with what is wrong."""
    opened = threading.Event()
    refusals: list[str] = []

    def on_connect(client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        if reason.is_failure:
            refusals.append(str(reason))
        elif filters:
            client.subscribe(filters)
            return
        opened.set()

    def on_subscribe(_client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _more: Any) -> None:
        refusals.extend(str(reason) for reason in reasons if reason.is_failure)
        opened.set()

    client = address.client(f"tocsin-{what}-{os.getpid()}")
    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, hear
    try:
        client.connect(address.host, address.port)
        client.loop_start()
    except (OSError, ValueError) as trouble:
        raise SettingsError(f"no broker at {address}: {trouble}") from None
    if not opened.wait(CONNECT_S):
        refusals.append("it does not answer")
    if refusals:
        client.disconnect()
        client.loop_stop()
        raise SettingsError(f"the broker {address}: {refusals[0]}")
    return client


def _broker(settings: Settings) -> BrokerAddress:
    if settings.mqtt_address is None:
        raise SettingsError("mqtt: name the broker, --mqtt mqtt://HOST:1883")
    return settings.mqtt_address


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
