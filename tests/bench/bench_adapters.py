"""What each adapter takes: observations a second, its slowest payload, memory, and a long night.

`BENCH_RUNS` damaged inputs are shared among the adapters (default 10 000; once 1 000 000), others
with another `BENCH_SEED`; `BENCH_ADAPTERS` names some adapters instead of all.
"""

import gc
import json
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from time import process_time, thread_time
from typing import Any

import pytest
from lxml import etree

from adapter_trials import (
    NAMES,
    Damage,
    adapter,
    best_receipt,
    promises_broken,
    receipts,
    samples,
)
from bench.tables import show
from tocsin.sources.memory import Memory

pytestmark = pytest.mark.bench

RUNS = int(os.environ.get("BENCH_RUNS", "10000"))
SEED = int(os.environ.get("BENCH_SEED", "7"))
CHOSEN = os.environ.get("BENCH_ADAPTERS", "").split() or NAMES
FOR_S = 1.0
LAPS = 3
CHECKED = 10  # one in so many is asked whether it keeps every promise; that costs more than it
SLOWEST_MS = 50.0
LONG_MS = 1000.0
MOST_PARENTS = 6
IDS = {"id", "guid", "identifier", "distributionid", "messageid"}
GROWTH_KIB = 256


def test_observations_a_second() -> None:
    rows = [_throughput(name) for name in CHOSEN]
    show(
        "Adapters over their fixtures, one core",
        ("adapter", "first byte", "messages/s", "observations/s", "KiB/message"),
        rows,
    )


def _throughput(name: str) -> tuple[str, str, str, str, str]:
    trials = [(one, best_receipt(name, one)) for one in samples(name)]
    one = adapter(name)
    trials = [trial for trial in trials if one.translate(*trial).observations]
    messages = made = 0
    began = process_time()
    while trials and process_time() - began < FOR_S:
        for payload, receipt in trials:
            made += len(one.translate(payload, receipt).observations)
            messages += 1
    took = max(process_time() - began, 1e-9)
    size = sum(len(payload) for payload, _ in trials) / max(1, len(trials)) / 1024
    kinds = sorted({_kind(payload) for payload, _ in trials})
    return name, " ".join(kinds), f"{messages / took:.0f}", f"{made / took:.0f}", f"{size:.1f}"


def _kind(payload: bytes) -> str:
    first = payload.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return {b"<": "XML", b"{": "JSON", b"[": "JSON", b"!": "NMEA"}.get(first, "other")


def test_the_slowest_payload_that_is_allowed() -> None:
    rows = []
    for name in CHOSEN:
        slowest = max(_timed(name), key=lambda found: found[0], default=(0.0, "", 0, 0, 0))
        took_ms, what, size, made, refused = slowest
        mark = "" if took_ms <= SLOWEST_MS else "over"
        rows.append((name, f"{took_ms:.0f}", mark, what, size // 1024, made, refused))
    rows.sort(key=lambda row: -float(row[1]))
    show(
        f"The slowest payload of at most max_bytes (wanted: {SLOWEST_MS:g} ms)",
        ("adapter", "ms", "", "what", "KiB", "observations", "rejections"),
        rows,
    )


def _timed(name: str) -> Iterator[tuple[float, str, int, int, int]]:
    one = adapter(name)
    for what, payload in _largest(name, one.max_bytes):
        for receipt in receipts(name):
            laps: list[float] = []
            while len(laps) < LAPS and sum(laps) < LONG_MS:
                began = thread_time()
                made = one.translate(payload, receipt)
                laps.append((thread_time() - began) * 1000)
            yield min(laps), what, len(payload), len(made.observations), len(made.rejections)


def _largest(name: str, most: int) -> Iterator[tuple[str, bytes]]:
    """Payloads as large as the adapter reads: nonsense, and its samples blown up."""
    for what, piece in (("digits", b"9"), ("lists", b"["), ("elements", b"<a>"), ("lines", b"x\n")):
        yield what, (piece * (most // len(piece)))[:most]
    yield "siblings", b"<a>" + b"<b/>" * ((most - 7) // 4) + b"</a>"
    yield "numbers", b"[" + b"1," * ((most - 3) // 2) + b"1]"
    yield "objects", b"[" + b"{}," * ((most - 4) // 3) + b"{}]"
    yield "keys", b'{"a":[' + b'"",' * ((most - 10) // 3) + b'""]}'
    by_size = sorted((one for one in samples(name) if len(one) <= most), key=len)
    for sample in dict.fromkeys((*by_size[:2], *by_size[-2:])):
        yield "sample", sample
        grown = [*_grown_json(sample, most), *_grown_xml(sample, most)]
        if not grown:
            grown = [("repeated", sample * max(1, most // max(1, len(sample))))]
        yield from ((what, payload) for what, payload in grown if len(payload) <= most)


def _grown_json(sample: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    try:
        document = json.loads(sample)
    except ValueError:
        return
    room = most - len(json.dumps(document)) - 1000
    yield "in a list", b"[" + b",".join([sample] * max(1, (most - 2) // (len(sample) + 1))) + b"]"
    lists = [one for one in _inside(document) if isinstance(one, list) and one]
    for one in sorted(lists, key=lambda one: -len(json.dumps(one)))[:3]:
        kept = list(one)
        for number in range(room // (len(json.dumps(kept)) + 20 * len(kept))):
            one.extend(_renamed(item, number) for item in kept)
        yield "longer list", json.dumps(document).encode()
        one[:] = kept
    objects = [one for one in _inside(document) if isinstance(one, dict) and one]
    for told in objects[:3]:
        key = next((key for key, value in told.items() if isinstance(value, str)), None)
        if key is not None:
            kept_text, told[key] = told[key], "x" * max(0, room)
            yield "longer text", json.dumps(document).encode()
            told[key] = kept_text


def _renamed(document: Any, number: int) -> Any:
    """A copy with ids of its own: things that are the same are soon told apart."""
    if isinstance(document, list):
        return [_renamed(one, number) for one in document]
    if not isinstance(document, dict):
        return document
    return {
        key: f"{value}-{number}"
        if isinstance(value, str) and key.lower().endswith("id")
        else _renamed(value, number)
        for key, value in document.items()
    }


def _inside(document: Any) -> Iterator[Any]:
    yield document
    if isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from _inside(one)


def _grown_xml(sample: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    try:
        root = etree.fromstring(sample, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return
    parents = [one for one in root.iter(etree.Element) if len(one)]
    for parent in parents[:MOST_PARENTS]:
        child = max(parent, key=lambda one: len(etree.tostring(one)))
        size = max(1, len(etree.tostring(child)))
        copy = etree.fromstring(sample, etree.XMLParser(resolve_entities=False, no_network=True))
        path = root.getroottree().getelementpath(child)
        twin = copy.find(path)
        if twin is None:
            continue
        text = etree.tostring(twin)
        above = twin.getparent()
        for number in range(max(0, (most - len(sample) - 2000) // (size + 120))):
            another = etree.fromstring(text)
            for one in another.iter(etree.Element):
                if "id" in one.attrib:
                    one.set("id", f"{one.get('id')}-{number}")
                if etree.QName(one).localname.lower() in IDS and one.text:
                    one.text = f"{one.text}-{number}"
            above.append(another)
        yield f"more {etree.QName(child).localname}", etree.tostring(copy)


def test_memory_stays_flat() -> None:
    rows = []
    grown = []
    for name in CHOSEN:
        source = Damage(name, 3)
        damage = [source.next() for _ in range(100)]
        one = adapter(name)
        for payload, receipt in damage * 2:
            one.translate(payload, receipt)
        gc.collect()
        tracemalloc.start()
        for payload, receipt in damage:
            one.translate(payload, receipt)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for payload, receipt in damage * 4:
            one.translate(payload, receipt)
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        growth = (after - before) / 1024
        rows.append((name, f"{growth:.0f}", f"{peak / 1024:.0f}"))
        if growth > GROWTH_KIB:
            grown.append(name)
    show("Memory over 400 damaged messages", ("adapter", "growth KiB", "peak KiB"), rows)
    assert not grown


def test_a_long_night_of_damaged_messages() -> None:
    each = max(1, RUNS // len(CHOSEN))
    rows = []
    broken: dict[str, str] = {}
    for name in CHOSEN:
        damage = Damage(name, SEED)
        memory = Memory({})
        began = process_time()
        worst = 0.0
        refused = 0
        for number in range(each):
            payload, receipt = damage.next()
            receipt = replace(receipt, memory=memory.view)
            lap = thread_time()
            try:
                made = adapter(name).translate(payload, receipt)
            except Exception as trouble:
                broken.setdefault(name, f"number {number}: {type(trouble).__name__}: {trouble}")
                continue
            worst = max(worst, thread_time() - lap)
            refused += bool(made.rejections)
            if number % CHECKED == 0:
                for promise in promises_broken(made, receipt):
                    broken.setdefault(name, f"number {number}: {promise}")
            changes, full = memory.judge(made.remember)
            memory.accept(changes)
            if full is not None:  # so many things at once: the runner tells, and goes on
                memory = Memory({})
        took = process_time() - began
        row = (name, each, f"{each / took:.0f}", f"{refused / each:.0%}", f"{worst * 1000:.0f}")
        print("  ", *row, broken.get(name, ""), flush=True)  # a night is long
        rows.append(row)
    head = ("adapter", "inputs", "inputs/s", "with rejections", "slowest ms")
    show("Damaged messages, one after another", head, rows)
    for name, what in broken.items():
        print(f"  BROKEN {name} {what}")
    assert not broken
