"""`tocsin scenario`: look up places, check, list and show scenarios, lists in and out."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin.settings import Settings, SettingsError

EXIT_WRONG = 1

AddOptions = Callable[[argparse.ArgumentParser], None]


def add_scenario(acts: Any, add_common_options: AddOptions) -> Any:
    """The parser's jobs, for jobs that live elsewhere."""
    scenario = acts.add_parser("scenario", help="write, check and share exercises")
    jobs = scenario.add_subparsers(title="jobs", metavar="JOB", required=True)

    check = jobs.add_parser("check", help="names file, line and field of everything wrong in it")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.set_defaults(act=_check)

    shelf = jobs.add_parser("list", help="the scenarios that can be played")
    add_common_options(shelf)
    shelf.set_defaults(act=_list)

    show = jobs.add_parser("show", help="a scenario, inject by inject")
    add_common_options(show)
    show.add_argument("name", metavar="NAME", help="sc-01, or a file")
    show.add_argument("--lang", choices=["fr", "nl", "en"], default="en")
    show.set_defaults(act=_show)

    export = jobs.add_parser("export", help="its main events list as a spreadsheet")
    add_common_options(export)
    export.add_argument("name", metavar="NAME", help="sc-01, or a file")
    export.add_argument("file", type=Path, metavar="LIST", help="….csv or ….xlsx, to be written")
    export.add_argument("--lang", choices=["fr", "nl", "en"], default="fr")
    export.set_defaults(act=_export)

    taken = jobs.add_parser("import", help="a main events list as a scenario; checks all of it")
    add_common_options(taken)
    taken.add_argument("list", type=Path, metavar="LIST", help="….csv or ….xlsx")
    taken.add_argument("file", type=Path, metavar="FILE", help="….yaml, to be written")
    taken.add_argument("--head", metavar="NAME", help="title, incidents … of this scenario or file")
    taken.set_defaults(act=_import)

    places = jobs.add_parser("places", help="look up the code of a place; ~: it takes a share")
    places.add_argument("words", nargs="+", metavar="WORD", help="beginnings, French or Dutch")
    places.set_defaults(act=_places)
    return jobs


def _check(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.scenario import load_scenario, timeline
    from tocsin.tables import TableError

    wrong = False
    for path in given.files:
        try:
            scenario = load_scenario(path)
        except TableError as error:
            wrong = True
            print("\n".join(error.problems), file=sys.stderr)
            continue
        except UnicodeDecodeError:
            wrong = True
            print(f"{path.name}:1: is not text in UTF-8", file=sys.stderr)
            continue
        told = len(timeline(scenario))
        print(f"{path.name}: {len(scenario.injects)} injects, {told} messages by the clock")
    return EXIT_WRONG if wrong else 0


def _list(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.library import Library

    wrong = False
    for one in Library(settings.scenarios).all():
        if one.scenario is None:
            wrong = True
            print("\n".join(one.problems), file=sys.stderr)
            continue
        own = "own" if one.own else ""
        print(f"{one.scenario.scenario:<10}{own:<5}{one.scenario.title.en}")
    return EXIT_WRONG if wrong else 0


def _show(settings: Settings, given: argparse.Namespace) -> int:
    scenario = _named(settings, given.name)
    if scenario is None:
        return EXIT_WRONG
    lang = given.lang
    print(f"{scenario.scenario}: {scenario.title.plain()[lang]}\n{scenario.brief.plain()[lang]}\n")
    for inject in scenario.injects:
        if inject.background:
            continue
        when = inject.at or ("by hand" if inject.manual else "when")
        expect = inject.expect.plain()[lang] if inject.expect else ""
        trap = " TRAP" if inject.trap else ""
        print(f"{when:>10}  {inject.kind:<5}{inject.id:<14}{inject.source}{trap}")
        print(f"{'':18}→ {expect}")
    return 0


def _export(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.scenario.main_list import rows_of
    from tocsin.exercises.scenario.spreadsheets import to_csv, to_xlsx

    writers = {".csv": to_csv, ".xlsx": to_xlsx}
    write = writers.get(given.file.suffix)
    if write is None:
        raise SettingsError(f"{given.file}: write to a .csv or an .xlsx")
    scenario = _named(settings, given.name)
    if scenario is None:
        return EXIT_WRONG
    given.file.write_bytes(write(rows_of(scenario, given.lang)))
    print(f"{given.file}: {len(scenario.injects)} injects")
    return 0


def _import(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.scenario.main_list import scenario_of
    from tocsin.exercises.scenario.spreadsheets import read_rows
    from tocsin.exercises.scenario.writing import to_yaml
    from tocsin.tables import TableError

    head = _named(settings, given.head) if given.head else None
    if given.head and head is None:
        return EXIT_WRONG
    name = given.list.name
    try:
        scenario = scenario_of(read_rows(given.list.read_bytes(), name), name, head)
    except TableError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return EXIT_WRONG
    if given.file.exists():
        raise SettingsError(f"{given.file}: is there already")
    given.file.write_text(to_yaml(scenario), encoding="utf-8")
    print(f"{given.file}: {len(scenario.injects)} injects")
    return 0


def _named(settings: Settings, name: str) -> Any:
    """The scenario of that name or in that file; None when it was told why there is none."""
    from tocsin.exercises.library import Library, NoSuchScenario
    from tocsin.exercises.scenario import load_scenario
    from tocsin.tables import TableError

    try:
        path = Path(name)
        return load_scenario(path) if path.is_file() else Library(settings.scenarios).find(name)
    except NoSuchScenario as error:
        print(f"tocsin: {error}", file=sys.stderr)
    except TableError as error:
        print("\n".join(error.problems), file=sys.stderr)
    return None


def _places(settings: Settings, given: argparse.Namespace) -> int:
    from tocsin.exercises.scenario.places import search_places

    found = search_places(" ".join(given.words))
    for place in found:
        takes_share = "~" if place.lined else " "
        names = dict.fromkeys((place.fr, place.nl))
        print(f"{place.code} {takes_share}  {' / '.join(names)}  {place.lat:.5f}, {place.lon:.5f}")
    if not found:
        print("tocsin: no place of the layers has these words", file=sys.stderr)
        return EXIT_WRONG
    return 0
