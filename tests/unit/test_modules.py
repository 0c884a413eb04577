"""What a page asks for at once: its module, and all that this one imports."""

from pathlib import Path

import pytest

from tocsin_frontend.modules import modules_of
from tocsin_frontend.page import PAGES, STATIC_ROOT, PageKind


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder / "main.js"


def test_modules_are_found_through_modules_and_round_in_circles(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        main='import { a } from "./a.js";\nexport { b } from "./b.js";\n',
        a='import {\n  b,\n  c,\n} from "./b.js";\n',
        b='import { a } from "./a.js";\n// import { x } from "./x.js";\n',
    )
    assert [path.name for path in modules_of(main)] == ["main.js", "a.js", "b.js"]


def test_an_import_of_nothing_is_told(tmp_path: Path) -> None:
    main = written(tmp_path, main='import { a } from "./gone.js";\n')
    with pytest.raises(ValueError, match=r"main\.js imports \./gone\.js"):
        modules_of(main)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_every_page_asks_for_modules_that_are_there(kind: PageKind) -> None:
    assert all(
        path.is_relative_to(STATIC_ROOT) for path in modules_of(STATIC_ROOT / "app" / kind.module)
    )


def test_no_module_lies_about_unused() -> None:
    used = {path for kind in PAGES for path in modules_of(STATIC_ROOT / "app" / kind.module)}
    by_themselves = {"support.js", "trouble.js", "gone-worker.js", "retry.js"}
    there = {p for p in (STATIC_ROOT / "app").rglob("*.js") if p.name not in by_themselves}
    assert there - used == set()
