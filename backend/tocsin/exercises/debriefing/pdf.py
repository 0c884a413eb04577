"""The debriefing on A4 paper: the same document as a PDF; the same document, the same bytes."""

from collections.abc import Callable
from importlib.resources import as_file, files
from itertools import zip_longest
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from tocsin.contract.times import from_text
from tocsin.exercises.debriefing.document import (
    MARKS,
    Block,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from tocsin.exercises.debriefing.picture import (
    COLOURS,
    Anchor,
    Area,
    Dot,
    Ink,
    Label,
    Line,
    Picture,
    Point,
    Shape,
)

FAMILY = "sheet"
MARGIN = 15.0
HEAD, CAPTION = 13.0, 7.0  # heights in millimetres
POINTS_A_MM = 72 / 25.4
RULE = "#8795a3"
SHARE_LEFT: dict[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}


def paper(document: Document) -> bytes:
    sheet = _Sheet(document)
    sheet.add_page()
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        sheet.put(block, following)
    return bytes(sheet.output())


class _Sheet(FPDF):
    """Pages with the exercise's sign above and below."""

    def __init__(self, document: Document) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._document = document
        for style, name in (("", "DejaVuSansCondensed"), ("B", "DejaVuSansCondensed-Bold")):
            with as_file(files(__package__) / "fonts" / f"{name}.ttf") as path:
                self.add_font(FAMILY, style, path)
        self.set_creation_date(from_text(document.made))
        self.set_title(f"{document.sign} · {document.title}")
        self.set_lang(document.language)
        self.set_creator("Tocsin")
        self.set_producer("Tocsin")
        self.set_margins(MARGIN, 20, MARGIN)
        self.set_auto_page_break(auto=True, margin=18)
        self._is_titled = False

    def header(self) -> None:
        self.set_y(8)
        self._ink("text")
        self.set_draw_color(COLOURS["text"])
        self.set_line_width(0.5)
        self.set_dash_pattern(2, 1)
        self.set_font(FAMILY, "B", 10)
        self.cell(0, 6, self._document.sign, border=1, align="C")
        self.set_dash_pattern()
        self.set_y(20)
        if not self._is_titled:
            self._is_titled = True
            self.set_font(FAMILY, "B", 17)
            self._lines(self._document.title, 7.5)
            self.set_font(FAMILY, "", 10)
            self._ink("quiet")
            self._lines(self._document.subtitle, 5)
            self.ln(2)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FAMILY, "B", 8)
        self._ink("text")
        self.cell(0, 5, self._document.sign, align="L")
        self.set_font(FAMILY, "", 8)
        self.set_x(MARGIN)
        self.cell(0, 5, f"{self._document.page_of} {self.page_no()} / {{nb}}", align="R")

    def put(self, block: Block, following: Block | None) -> None:
        match block:
            case Heading():
                self._heading(block.text, following)
            case Paragraph():
                self.set_font(FAMILY, "", 9.5)
                self._ink("quiet" if block.quiet else "text")
                self._lines(block.text, 4.6)
                self.ln(1.2)
            case Facts():
                self._facts(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)

    def _heading(self, text: str, following: Block | None) -> None:
        """A heading stays with what follows it."""
        room = 38.0
        if isinstance(following, Figure):
            room = HEAD + CAPTION + self._height(following.picture)
        if self.will_page_break(room):
            self.add_page()
        self.ln(4)
        self.start_section(text)
        self.set_font(FAMILY, "B", 13)
        self._ink("text")
        self._lines(text, 6)
        self.set_draw_color(COLOURS["text"])
        self.set_line_width(0.4)
        self.line(MARGIN, self.get_y() + 0.4, self.w - MARGIN, self.get_y() + 0.4)
        self.ln(2.4)

    def _facts(self, block: Facts) -> None:
        rows = tuple((Cell(name), value) for name, value in block.rows)
        self._grid((), (0.38, 0.62), rows)

    def _table(self, block: Table) -> None:
        if self.will_page_break(22):
            self.add_page()
        self.set_font(FAMILY, "", 8.5)
        self._ink("quiet")
        self._lines(block.caption, 4.4)
        self.ln(0.6)
        self._grid(block.head, block.widths, block.rows)

    def _grid(
        self,
        head: tuple[str, ...],
        widths: tuple[float, ...],
        rows: tuple[tuple[Cell, ...], ...],
    ) -> None:
        self.set_font(FAMILY, "", 8)
        self._ink("text")
        self.set_draw_color(RULE)
        self.set_fill_color("#ffffff")  # tables fill their cells with whatever was drawn last
        self.set_line_width(0.15)
        options: dict[str, Any] = {
            "col_widths": tuple(round(width * 1000) for width in widths),
            "text_align": "LEFT",
            "v_align": "TOP",
            "line_height": 3.7,
            "padding": (0.7, 1.2),
            "borders_layout": TableBordersLayout.HORIZONTAL_LINES,
            "first_row_as_headings": bool(head),
            "headings_style": FontFace(emphasis="BOLD", color=COLOURS["text"]),
        }
        with self.table(**options) as table:
            if head:
                table.row(head)
            for cells in rows:
                row = table.row()
                for cell in cells:
                    style = FontFace(emphasis="BOLD") if cell.strong else None
                    row.cell(_told(cell), style=style)
        self.ln(2)

    def _height(self, picture: Picture) -> float:
        return picture.height * self.epw / picture.width

    def _figure(self, block: Figure) -> None:
        width, height = self.epw, self._height(block.picture)
        scale = width / block.picture.width
        if self.will_page_break(height + CAPTION):
            self.add_page()
        self._draw(block.picture, MARGIN, self.get_y(), scale)
        self.set_draw_color(COLOURS["grid"])
        self.set_line_width(0.2)
        self.rect(MARGIN, self.get_y(), width, height)
        self.set_y(self.get_y() + height + 1)
        self.set_font(FAMILY, "", 8.5)
        self._ink("quiet")
        self._lines(block.caption, 4.2)
        self.ln(2)

    def _draw(self, picture: Picture, left: float, top: float, scale: float) -> None:
        def place(point: Point) -> Point:
            return left + point[0] * scale, top + point[1] * scale

        for shape in picture.shapes:
            self._draw_one(shape, place, scale)

    def _draw_one(self, shape: Shape, place: Callable[[Point], Point], scale: float) -> None:
        colour = COLOURS[shape.ink]
        match shape:
            case Line():
                self.set_draw_color(colour)
                self.set_line_width(shape.width * scale)
                if shape.dashed:
                    self.set_dash_pattern(1.2 * scale, 0.8 * scale)
                self.polyline([place(point) for point in shape.points])
                self.set_dash_pattern()
            case Area():
                self.set_fill_color(colour)
                self.polygon([place(point) for point in shape.points], style="F")
            case Dot():
                self.set_draw_color(colour)
                self.set_line_width(0.4 * scale)
                self.set_fill_color("#ffffff" if shape.hollow else colour)
                x, y = place((shape.x, shape.y))
                self.circle(x, y, shape.radius * scale, style="DF" if shape.hollow else "F")
            case Label():
                self.set_font(FAMILY, "B" if shape.strong else "", shape.size * scale * POINTS_A_MM)
                self.set_text_color(colour)
                x, y = place((shape.x, shape.y))
                wide = self.get_string_width(shape.text)
                self.text(x - wide * SHARE_LEFT[shape.anchor], y, shape.text)

    def _ink(self, ink: Ink) -> None:
        self.set_text_color(COLOURS[ink])

    def _lines(self, text: str, height: float) -> None:
        self.multi_cell(0, height, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _told(cell: Cell) -> str:
    sign = f"{MARKS[cell.sign]} " if cell.sign else ""
    links = f" ({', '.join(link.text for link in cell.links)})" if cell.links else ""
    return f"{sign}{cell.text}{links}"
