"""How well scores keep their word: bins of score against hit rate, and their picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

BINS = 10
SIZE, MARGIN = 560, 60
_INK, _GRID, _BAR, _LINE = "#1f2933", "#d8dee6", "#4c7fb8", "#b8543a"


class Bin(NamedTuple):
    """Cases whose score lies in one tenth of the scale. All 0..1: mean score, hit rate, share of all cases."""

    promised: float
    kept: float
    weight: float


def bins_of(scored: Iterable[tuple[float, bool, float]], bins: int = BINS) -> list[Bin]:
    """`scored`: score, whether the first hit was right, weight of the case. Empty tenths are left out."""
    sums = [[0.0, 0.0, 0.0] for _ in range(bins)]
    for score, right, weight in scored:
        row = sums[min(int(score * bins), bins - 1)]
        row[0] += weight * score
        row[1] += weight * right
        row[2] += weight
    total = sum(row[2] for row in sums)
    return [Bin(p / w, k / w, w / total) for p, k, w in sums if w > 0]


def draw(bins: Sequence[Bin], target: Path) -> None:
    """A PNG at `target`: hit rate over score; on the diagonal a score keeps exactly what it promises."""
    image = Image.new("RGB", (SIZE, SIZE), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(14)
    side = SIZE - 2 * MARGIN

    def at(x: float, y: float) -> tuple[float, float]:
        return MARGIN + x * side, SIZE - MARGIN - y * side

    for tick in range(0, 11, 2):
        share = tick / 10
        pen.line([at(share, 0), at(share, 1)], fill=_GRID)
        pen.line([at(0, share), at(1, share)], fill=_GRID)
        pen.text(at(share, -0.03), f"{share:.1f}", fill=_INK, font=font, anchor="ma")
        pen.text(at(-0.02, share), f"{share:.1f}", fill=_INK, font=font, anchor="rm")
    pen.line([at(0, 0), at(1, 1)], fill=_LINE, width=2)
    points = [at(b.promised, b.kept) for b in bins]
    pen.line(points, fill=_BAR, width=2)
    for (x, y), found in zip(points, bins, strict=True):
        # Its area shows how many cases lie there.
        radius = 4 + 26 * found.weight**0.5
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], outline=_BAR, width=3)
    pen.text(at(0.5, -0.1), "score", fill=_INK, font=font, anchor="ma")
    pen.text(at(0, 1.06), "share of first hits that are right", fill=_INK, font=font, anchor="lm")
    image.save(target, format="PNG", optimize=True)
