"""The debriefing as one HTML page that needs nothing else: drawings and style are in it."""

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from tocsin.exercises.debriefing.document import MARKS, Block, Document
from tocsin.exercises.debriefing.picture import (
    COLOURS,
    Area,
    Dot,
    Label,
    Line,
    Picture,
    Point,
    Shape,
)
from tocsin.tables import package_text


def page(document: Document, root: str) -> str:
    """`root` is the house's address, before which links begin: the page may be kept elsewhere."""
    style = Markup(package_text(__package__, "page.css"))  # noqa: S704 our own file
    html: str = _template().render(document=document, root=root.rstrip("/"), style=style)
    return html


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["MARKS"] = MARKS
    environment.globals["svg"] = svg
    environment.tests["block"] = _is_block
    return environment.from_string(package_text(__package__, "page.html.j2"))


def _is_block(block: Block, name: str) -> bool:
    return type(block).__name__ == name


def svg(picture: Picture, caption: str) -> Markup:
    shapes = Markup("\n").join(_drawn(shape) for shape in picture.shapes)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}">\n'
        "{}\n</svg>"
    ).format(_mm(picture.width), _mm(picture.height), caption, shapes)


def _drawn(shape: Shape) -> Markup:
    return Markup(" ").join(_parts(shape)) + (
        Markup(">{}</text>").format(shape.text) if isinstance(shape, Label) else Markup("/>")
    )


def _parts(shape: Shape) -> Iterator[Markup]:
    colour = COLOURS[shape.ink]
    match shape:
        case Line():
            yield Markup('<polyline points="{}"').format(_points(shape.points))
            yield _stroke(colour, shape.width)
            if shape.dashed:
                yield Markup('stroke-dasharray="1.2 0.8"')
        case Area():
            yield Markup('<polygon points="{}" fill="{}"').format(_points(shape.points), colour)
        case Dot():
            yield Markup('<circle cx="{}" cy="{}" r="{}"').format(
                _mm(shape.x), _mm(shape.y), _mm(shape.radius)
            )
            if shape.hollow:
                yield Markup('fill="#ffffff" stroke="{}" stroke-width="0.4"').format(colour)
            else:
                yield Markup('fill="{}"').format(colour)
        case Label():
            yield Markup('<text x="{}" y="{}" font-size="{}"').format(
                _mm(shape.x), _mm(shape.y), _mm(shape.size)
            )
            yield Markup('fill="{}" text-anchor="{}"').format(colour, shape.anchor)
            if shape.strong:
                yield Markup('font-weight="700"')


def _stroke(colour: str, width: float) -> Markup:
    return Markup(
        'fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round" stroke-linecap="round"'
    ).format(colour, _mm(width))


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_mm(x)},{_mm(y)}" for x, y in points)


def _mm(value: float) -> str:
    return escape(f"{value:.2f}".rstrip("0").rstrip("."))
