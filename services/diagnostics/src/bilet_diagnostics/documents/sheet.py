"""A5 pages, one column, one face: read on a phone as they are, on A4 as large print or two side by side."""

from datetime import datetime
from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import XPos, YPos

Colour = tuple[int, int, int]

MARGIN = 13
BODY = 11.5
DETAIL = 10.5
SMALL = 9.5
LEAD = 5.6
INK = (33, 37, 41)
SOFT = (73, 80, 87)
FAINT = (106, 113, 122)
RULE = (205, 211, 218)
ACCENT = (14, 92, 138)
TRACK = (228, 233, 238)
QUIET = (143, 158, 171)
_FACE = "roboto"
_FACES = (("", "Roboto-Regular.ttf"), ("B", "Roboto-Medium.ttf"))
_NOTHING_TO_SET = "…"


class Sheet(FPDF):
    """The pages of one document; lengths in millimetres, sizes of type in points."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(orientation="portrait", unit="mm", format=(148, 210))
        for style, file in _FACES:
            self.add_font(_FACE, style, str(files("font_roboto") / "files" / file))
        self._known = frozenset(self.fonts[_FACE].cmap)  # type: ignore[union-attr]  # added above, so TrueType
        self.set_title(title)
        self.set_lang("ru-RU")
        self.set_creation_date(made_at)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(auto=True, margin=MARGIN + 4)
        self.alias_nb_pages()
        self.add_page()

    def footer(self) -> None:
        """Print the number of the page."""
        self.set_y(-MARGIN)
        self._type(SMALL, FAINT)
        self.cell(0, 5, f"{self.page_no()} из {{nb}}", align="C")

    def title_line(self, text: str) -> None:
        """Print the document's title."""
        self._type(20, ACCENT, "B")
        self._block(text, 8.6)
        self.ln(1.6)

    def heading(self, text: str) -> None:
        """Print a section's heading, also in the outline; never alone at the foot of a page."""
        self.room_for(34)
        if self.get_y() > self.t_margin:
            self.ln(5)
        self._type(15, ACCENT, "B")
        self.start_section(text)
        self._block(text, 7.2)
        self.ln(1.2)

    def subheading(self, text: str) -> None:
        """Print a smaller heading."""
        self.room_for(36)
        self.ln(2)
        self._type(12.5, INK, "B")
        self._block(text, 6.2)
        self.ln(0.6)

    def paragraph(self, text: str) -> None:
        """Print running text."""
        self._type(BODY, INK)
        self._block(text, LEAD)
        self.ln(1)

    def remark(self, text: str) -> None:
        """Something said aside."""
        self._type(SMALL, FAINT)
        self._block(text, 4.6)
        self.ln(1)

    def entry(self, title: str, *details: str) -> None:
        """One of several things: a title and lines about it, kept together."""
        self.room_for(7 + 5 * len(details))
        self._type(BODY, INK, "B")
        self._block(title, LEAD)
        for detail in filter(None, details):
            self._type(DETAIL, SOFT)
            self._block(detail, 5.1)
        self.ln(2)

    def bar(self, title: str, share: float, colour: Colour = ACCENT) -> None:
        """Print a title and beneath it a bar, filled to `share`, 0–1."""
        self.room_for(11)
        self._type(BODY - 0.5, INK)
        self._block(title, 5.2)
        for filled, part in ((TRACK, 1.0), (colour, share)):
            self.set_fill_color(*filled)
            self.rect(self.l_margin, self.get_y() + 0.4, max(self.epw * part, 2.2), 2.2, "F", round_corners=True)
        self.ln(4.6)

    def point(self, text: str) -> None:
        """Print a line of a list."""
        self.room_for(LEAD * 2)
        self.set_fill_color(*ACCENT)
        self.circle(self.l_margin + 1.6, self.get_y() + LEAD / 2, 0.8, "F")
        self._indented(text)

    def open_box(self, text: str) -> None:
        """Something to do."""
        self._box()
        self._indented(text)

    def ticked_box(self, text: str) -> None:
        """Something done."""
        self._box()
        x, y = self.l_margin + 0.4, self.get_y() + 0.9
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.6)
        self.polyline([(x + 0.8, y + 1.9), (x + 1.6, y + 2.8), (x + 3.1, y + 0.8)])
        self._indented(text)

    def line_to_write_on(self, label: str) -> None:
        """Print a label, and a line for a pen."""
        self.room_for(11)
        self.ln(6)
        self._type(DETAIL, FAINT)
        width = self.get_string_width(label) + 3 if label else 0
        self.cell(width, 4, label)
        self.set_draw_color(*RULE)
        self.set_line_width(0.3)
        foot = self.get_y() + 3.6
        self.line(self.l_margin + width, foot, self.w - self.r_margin, foot)
        self.ln(6)

    def room_for(self, height: float) -> None:
        """Begin a new page unless there is so much room left."""
        if self.will_page_break(height):
            self.add_page()

    def _indented(self, text: str) -> None:
        self._type(BODY, INK)
        self.set_x(self.l_margin + 6.5)
        self._block(text, LEAD)
        self.ln(1)

    def _box(self) -> None:
        self.room_for(LEAD * 2)
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.35)
        self.rect(self.l_margin + 0.4, self.get_y() + 0.9, 3.8, 3.8, round_corners=True, corner_radius=0.7)

    def _block(self, text: str, height: float) -> None:
        known = " ".join("".join(sign for sign in text if ord(sign) in self._known).split())
        self.multi_cell(0, height, known or _NOTHING_TO_SET, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _type(self, size: float, colour: Colour, style: str = "") -> None:
        self.set_font(_FACE, style, size)
        self.set_text_color(*colour)
