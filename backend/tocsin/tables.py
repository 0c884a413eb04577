"""Data tables: YAML read once and checked, with errors that name file, line and field.

YAML here has fewer surprises than the standard's: only `true`/`false` are truth values (so `no`
stays the word), nothing turns into a date or a number in base 60 (so `-00:08:00` stays text),
a key may not come twice, and there are no aliases.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from yaml.composer import ComposerError

Language = Literal["fr", "nl", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "nl", "en")
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Path = tuple[str | int, ...]


class TableError(ValueError):
    """A table that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Row(BaseModel):
    """A record of a table: frozen, and nothing in it may be misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(Row):
    """The same words in the three languages of the room."""

    fr: Text
    nl: Text
    en: Text

    def plain(self) -> dict[str, str]:
        return {"fr": self.fr, "nl": self.nl, "en": self.en}


M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if parent is not None and self.check_event(yaml.AliasEvent):
            raise ComposerError(None, None, "aliases are not allowed here", parent.start_mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {}

_SCALARS: tuple[tuple[str, str, str], ...] = (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
    ("null", r"null|~|", "n~"),
)
for _tag, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"^(?:{_pattern})$"),
        [*_first, ""] if _tag == "null" else list(_first),
    )


class Document:
    """Plain values of a YAML text, and the line on which each of them stands."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self._problems: list[str] = []
        try:
            node = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise TableError([f"{file}:{line}: {error.problem or 'not YAML'}"]) from error
        except yaml.YAMLError as error:
            raise TableError([f"{file}:1: not YAML: {error}"]) from error
        if node is None:
            raise TableError([f"{file}:1: the file is empty"])
        self.value: Any = self._plain(node, ())
        if self._problems:
            raise TableError(self._problems)

    def where(self, location: tuple[str | int, ...]) -> str:
        """`file:line: field` of the nearest thing in the text that a location names."""
        path: Path = ()
        for part in location:
            if (*path, part) in self.lines:
                path = (*path, part)
        field = _dotted(path if path[-1:] == location[-1:] else (*path, location[-1]))
        return f"{self.file}:{self.lines[path]}: {field}".rstrip(": ")

    def checked(self, model: type[M]) -> M:
        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            raise TableError(
                [f"{self.where(e['loc'])}: {sentence_of(e['msg'])}" for e in error.errors()]
            ) from error

    def _plain(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, i)) for i, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[Hashable] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            at = f"{self.file}:{key.start_mark.line + 1}: {_dotted((*path, name))}"
            if not isinstance(key, yaml.ScalarNode):
                self._problems.append(f"{at}: a key must be a word")
                continue
            if name in seen:
                self._problems.append(f"{at}: comes a second time")
            seen.add(name)
            self.lines[(*path, name)] = key.start_mark.line + 1
            yield name, self._plain(value, (*path, name))


def _scalar(node: yaml.Node) -> Any:
    text: str = node.value
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "null":
            return None
        case _:
            return text


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def sentence_of(message: str) -> str:
    """A validation message as we would say it."""
    return message.removeprefix("Value error, ")


def package_text(package: str, *name: str) -> str:
    """A text that is shipped inside a package."""
    return files(package).joinpath(*name).read_text(encoding="utf-8")


def load(model: type[M], package: str, name: str) -> M:
    """A package's table, checked against its model."""
    return Document(package_text(package, name), name).checked(model)


def refuse(file: str, problems: Mapping[str, str] | list[str]) -> None:
    """Raise when there are problems that span rows."""
    items = problems.items() if isinstance(problems, Mapping) else (("", p) for p in problems)
    told = [f"{file}: {where}: {what}" if where else f"{file}: {what}" for where, what in items]
    if told:
        raise TableError(told)
