"""Badges as a PDF, for sheets of labels."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from math import floor
from pathlib import Path

from fpdf import FPDF
from fpdf.prefs import ViewerPreferences

from events.badges.labels import (
    COLUMNS,
    LEFT,
    PER_SHEET,
    STEP_DOWN,
    STEP_RIGHT,
    TOP,
    WIDTH,
)
from events.badges.people import Badge

MARGIN = 4  # in millimetres
# What stands on a badge, from above: where it begins and how high it may be, in millimetres, and its largest size, in points.
TITLE, NAME, ORGANISATION, MARKS = (4, 6.5, 8), (11, 21.5, 28), (33, 9, 12), (42.5, 5, 11)

LINE = 1.15  # the height of a line, in sizes of its letters
MM_PER_POINT = 25.4 / 72
READABLE = 10  # points: rather than smaller, a word is broken
ENOUGH = 0.75  # of the size that two lines would have: then one is nicer
INK, QUIET, GREEN = (27, 36, 32), (77, 88, 82), (23, 89, 63)

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = FONTS / "DejaVuSansCondensed.ttf", FONTS / "DejaVuSansCondensed-Bold.ttf"
EAST_ASIAN = FONTS / "DroidSansFallbackFull.ttf"


class Sheet(FPDF):
    """The pages of a PDF with labels. Used in a `with`, which closes the files of its fonts."""

    def __init__(self, title: str, *, east_asian: bool):
        """Args: east_asian: whether letters are needed that the first font has not; the font of them is large."""
        super().__init__(unit="mm", format="A4")
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_title(title)
        self.set_lang("da")
        self.viewer_preferences = ViewerPreferences(print_scaling="None")  # or the labels are missed
        self.add_font("badge", fname=REGULAR)
        self.add_font("badge", style="B", fname=BOLD)
        if east_asian:
            self.add_font("east", fname=EAST_ASIAN)
            self.set_fallback_fonts(["east"], exact_match=False)

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        for font in self.fonts.values():
            font.ttfont.close()

    def fitted(
        self, text: str, box: tuple[float, float, float], *, style: str = ""
    ) -> tuple[list[str], float]:
        """`text` in one line or two, and the largest size in points at which they fit `box` and the label's width.

        It is broken between words, or within one where it could not be read otherwise.
        """
        spaces = [at for at, letter in enumerate(text) if letter == " "]
        ways = [[text], *([text[:at], text[at + 1 :]] for at in spaces)]
        sizes = [self.size(lines, box, style) for lines in ways]
        if max(sizes) < READABLE:
            within = [[text[:at], text[at:]] for at in range(1, len(text)) if at not in spaces]
            ways += within
            sizes += [self.size(lines, box, style) for lines in within]
        best = 0 if sizes[0] >= ENOUGH * max(sizes) else sizes.index(max(sizes))
        return ways[best], sizes[best]

    def size(self, lines: list[str], box: tuple[float, float, float], style: str) -> float:
        """The largest size in points at which `lines` fit, rounded down."""
        _above, height, largest = box
        self.set_font("badge", style=style, size=100)
        widest = max(self.get_string_width(line) for line in lines) or 1
        by_width = (WIDTH - 2 * MARGIN) / widest * 100
        by_height = height / (len(lines) * LINE * MM_PER_POINT)
        return min(largest, floor(10 * min(by_width, by_height)) / 10)

    def block(
        self, text: str, x: float, y: float, box: tuple, *, style: str = "", colour: tuple = INK
    ) -> None:
        """Writes `text` in the middle of a part of the label that begins at `x`, `y`."""
        above, height, _largest = box
        lines, size = self.fitted(text, box, style=style)
        step = size * MM_PER_POINT * LINE
        self.set_font("badge", style=style, size=size)
        self.set_text_color(*colour)
        first = y + above + (height - step * len(lines)) / 2
        for number, line in enumerate(lines):
            self.set_xy(x + MARGIN, first + number * step)
            self.cell(WIDTH - 2 * MARGIN, step, line, align="C")

    def label(self, badge: Badge, title: str, x: float, y: float) -> None:
        """One badge. A name in letters that no font here has gets a line to write it on."""
        self.block(title, x, y, TITLE, colour=QUIET)
        if is_printable(badge.name):
            self.block(badge.name, x, y, NAME, style="B")
        else:
            self.line(x + 2 * MARGIN, y + 28, x + WIDTH - 2 * MARGIN, y + 28)
        if is_printable(badge.organisation):
            self.block(badge.organisation, x, y, ORGANISATION)
        self.block(badge.marks, x, y, MARKS, style="B", colour=GREEN)


def sheet_of(badges: Iterable[Badge], *, title: str, start: int = 1) -> bytes:
    """The badges as a PDF.

    Args:
        title: stands on every badge: the event.
        start: the first label to be used, from 1, on a sheet that has been begun.
    """
    badges = list(badges)
    title = title if is_printable(title) else ""
    texts = [title, *(text for badge in badges for text in (badge.name, badge.organisation))]
    foreign = any(set(map(ord, text)) - letters(REGULAR) for text in texts)
    with Sheet(f"Navneskilte: {title}", east_asian=foreign) as pdf:
        for number, badge in enumerate(badges, start=start - 1):
            row, column = divmod(number % PER_SHEET, COLUMNS)
            if not pdf.pages or (row, column) == (0, 0):
                pdf.add_page()
            pdf.label(badge, title, LEFT + column * STEP_RIGHT, TOP + row * STEP_DOWN)
        return bytes(pdf.output())


def unprintable(badges: Iterable[Badge]) -> list[str]:
    """The names that have to be written by hand."""
    return [badge.name for badge in badges if not is_printable(badge.name)]


def is_printable(text: str) -> bool:
    """Whether the fonts have all letters of `text`, and it is not written from right to left, which needs more than letters."""
    missing = set(map(ord, text)) - letters(REGULAR)
    if missing and missing - letters(EAST_ASIAN):
        return False
    return not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


@cache
def letters(font: Path) -> frozenset[int]:
    """The code points that `font` has."""
    pdf = FPDF()
    pdf.add_font("font", fname=font)
    with pdf.fonts["font"].ttfont:
        return frozenset(pdf.fonts["font"].cmap)
