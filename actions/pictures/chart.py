"""Draws line charts as PNG pictures: panels above each other, one line per series. Pure but for reading the font.

Pillow and a font of our own (font/), so that it looks the same on every machine, without fonts or a browser of
the system's. Why so: docs/adr/0028-tables-and-pictures.md.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / "font" / "NotoSansSC-labels.otf"
# In a phone's window it is shown less than half as wide: the letters are large, the numbers few.
WIDTH, PANEL, HEAD, FOOT = 720, 390, 140, 20
LEFT, RIGHT, TOP, BOTTOM = 104, 30, 70, 62
MARGIN = 28
# Drawn twice as large and made smaller: the lines get smooth.
FINE = 2
INK, SOFT, GRID, PAPER = "#1f2933", "#5b6672", "#dfe4ea", "#ffffff"
# Told apart without colours too: by the dashes, and in every kind of colour blindness.
STYLES = (("#0b62c4", ()), ("#c2500a", (16, 9)), ("#3d7a22", (4, 8)))
TICKS = 4


@dataclass(frozen=True)
class Series:
    """`points`: (x, y) from left to right."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """`decimals`: how the y axis is written."""

    title: str
    series: Sequence[Series]
    decimals: int = 0


@dataclass(frozen=True)
class Chart:
    """`x_unit` stands behind the last number of the x axis."""

    title: str
    panels: Sequence[Panel]
    x_unit: str


def draw(chart: Chart) -> bytes:
    """The chart as a PNG."""
    height = HEAD + PANEL * len(chart.panels) + FOOT
    image = Image.new("RGB", (WIDTH * FINE, height * FINE), PAPER)
    pen = _Pen(ImageDraw.Draw(image))
    pen.text((MARGIN, 24), chart.title, _fitting(pen, chart.title, 30), INK)
    _legend(pen, [series.label for series in chart.panels[0].series])
    for number, panel in enumerate(chart.panels):
        _panel(pen, panel, HEAD + PANEL * number, chart.x_unit)
    small = image.reduce(FINE).quantize(colors=64, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    """Draws in the units that are seen."""

    def __init__(self, canvas: ImageDraw.ImageDraw) -> None:
        self._canvas = canvas

    def text(
        self, at: tuple[float, float], text: str, size: int, ink: str, anchor: str = "la"
    ) -> None:
        place = (at[0] * FINE, at[1] * FINE)
        self._canvas.text(place, text, font=_font(size), fill=ink, anchor=anchor)

    def width(self, text: str, size: int) -> float:
        return self._canvas.textlength(text, font=_font(size)) / FINE

    def line(
        self,
        points: Sequence[tuple[float, float]],
        ink: str,
        width: float,
        dashes: tuple[int, ...] = (),
    ) -> None:
        for piece in _dashed(points, dashes) if dashes else [points]:
            fine = [(x * FINE, y * FINE) for x, y in piece]
            self._canvas.line(fine, fill=ink, width=round(width * FINE), joint="curve")


def _fitting(pen: _Pen, text: str, size: int) -> int:
    """The size, smaller where the text would not fit into the picture."""
    return min(size, int(size * (WIDTH - 2 * MARGIN) / pen.width(text, size)))


def _legend(pen: _Pen, labels: Sequence[str]) -> None:
    x = float(MARGIN)
    for label, (ink, dashes) in zip(labels, STYLES, strict=False):
        pen.line([(x, 100), (x + 56, 100)], ink, 5, dashes)
        pen.text((x + 68, 100), label, 26, INK, "lm")
        x += 68 + pen.width(label, 26) + 34


def _panel(pen: _Pen, panel: Panel, top: float, x_unit: str) -> None:
    left, right = LEFT, WIDTH - RIGHT
    high, low = top + TOP, top + PANEL - BOTTOM
    every = [point for series in panel.series for point in series.points]
    x_step = _step(max(x for x, _ in every), 6)
    y_step = _step(max(y for _, y in every), TICKS)
    x_end = max(x for x, _ in every) or 1
    y_end = -(-max(y for _, y in every) // y_step) * y_step or 1

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / x_end, low - (low - high) * y / y_end

    pen.text((MARGIN, top + 14), panel.title, 26, SOFT)
    for n in range(round(y_end / y_step) + 1):
        value = n * y_step
        _, y = place(0, value)
        pen.line([(left, y), (right, y)], GRID, 1.5)
        pen.text((left - 14, y), f"{value:,.{_places(y_step, panel.decimals)}f}", 24, SOFT, "rm")
    for n in range(int(x_end / x_step) + 1):
        value = n * x_step
        x, _ = place(value, 0)
        pen.line([(x, low), (x, low + 8)], SOFT, 1.5)
        if value + x_step / 2 < x_end:
            pen.text((x, low + 14), f"{value:g}", 24, SOFT, "ma")
    pen.text((right, low + 14), f"{x_end:g}{x_unit}", 24, SOFT, "ra")
    for series, (ink, dashes) in zip(panel.series, STYLES, strict=False):
        pen.line([place(x, y) for x, y in series.points], ink, 4.5, dashes)


def _step(end: float, most: int) -> float:
    """The distance of the axis' numbers: 1, 2, 2.5 or 5 times a power of ten, at most `most` of them."""
    if end <= 0:
        return 1
    power = 10.0 ** (len(f"{int(end):d}") - 1) if end >= 1 else 0.1
    while power * 10 <= end / most:
        power *= 10
    candidates = [power * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10)]
    return next(step for step in candidates if end / step <= most)


def _places(step: float, least: int) -> int:
    """Decimals that write the step exactly, at least `least`."""
    text = f"{step:.4f}".rstrip("0")
    return max(least, len(text.partition(".")[2]))


def _dashed(
    points: Sequence[tuple[float, float]], dashes: tuple[int, ...]
) -> list[list[tuple[float, float]]]:
    """The line cut into dashes; lengths in pixels: a dash, a gap."""
    dash, gap = dashes
    pieces: list[list[tuple[float, float]]] = []
    piece = [points[0]]
    drawing, left = True, float(dash)
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        gone = 0.0
        while length - gone > left:
            gone += left
            at = (x0 + (x1 - x0) * gone / length, y0 + (y1 - y0) * gone / length)
            if drawing:
                pieces.append([*piece, at])
            drawing, left = not drawing, float(gap if drawing else dash)
            piece = [at]
        left -= length - gone
        piece.append((x1, y1))
    return [*pieces, piece] if drawing and len(piece) > 1 else pieces


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size * FINE)
