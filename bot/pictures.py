"""Pictures of an evaluation: which intents are taken for which, and how sure right and wrong guesses are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.evaluation import FALLBACK, INTENTS, OUT_OF_SCOPE, Example, Guess

_INK, _FAINT, _GRID, _GROUP = "#1f2933", "#7b8794", "#eef1f5", "#9aa5b1"
_RIGHT, _WRONG, _OUTSIDE = "#4c7fb8", "#b8543a", "#8a9a5b"
CELL, LABELS, EDGE, TITLE = 17, 190, 30, 50
BINS, BAR_WIDTH, BAR_HEIGHT = 20, 34, 320


def draw_confusion(pairs: Sequence[tuple[Example, Guess]], target: Path) -> None:
    """A PNG at `target`: a row for each intent, in it the share of its sentences taken for each other intent."""
    names = [*INTENTS, FALLBACK]
    counts = Counter((example.intent, guess.intent) for example, guess in pairs)
    totals = Counter(example.intent for example, _ in pairs)
    side = CELL * len(names)
    image = Image.new("RGB", (LABELS + side + EDGE, TITLE + LABELS + side + EDGE), "white")
    pen = ImageDraw.Draw(image)
    font, small = ImageFont.load_default(13), ImageFont.load_default(10)
    left, top = LABELS, TITLE + LABELS
    pen.text((EDGE, 18), "rows: what was meant, columns: what was understood", fill=_INK, font=font)
    for place, name in enumerate(names):
        middle = place * CELL + CELL // 2
        pen.text((left - 6, top + middle), name, fill=_INK, font=small, anchor="rm")
        _upright(image, name, small, (left + middle, top - 6))
        pen.line([left, top + place * CELL, left + side, top + place * CELL], fill=_GRID)
        pen.line([left + place * CELL, top, left + place * CELL, top + side], fill=_GRID)
    for row, meant in enumerate(names):
        for column, got in enumerate(names):
            count = counts[meant, got]
            if not count:
                continue
            share = count / totals[meant]
            box = (left + column * CELL + 1, top + row * CELL + 1)
            pen.rectangle(
                [box, (box[0] + CELL - 2, box[1] + CELL - 2)],
                fill=_tint(_RIGHT if row == column else _WRONG, share),
            )
            if row != column:
                ink = "white" if share > 0.5 else _INK
                middle_of = (box[0] + CELL // 2 - 1, box[1] + CELL // 2 - 1)
                pen.text(middle_of, str(count), fill=ink, font=small, anchor="mm")
    for place in _borders(names):
        offset = place * CELL
        pen.line([left, top + offset, left + side, top + offset], fill=_GROUP)
        pen.line([left + offset, top, left + offset, top + side], fill=_GROUP)
    image.save(target, format="PNG", optimize=True)


def _borders(names: Sequence[str]) -> list[int]:
    """Where a group of bot/intents.yml begins, and the end."""
    groups = [INTENTS.get(name, "fallback") for name in names]
    inner = [i for i in range(1, len(groups)) if groups[i] != groups[i - 1]]
    return [0, *inner, len(names)]


def _upright(
    image: Image.Image,
    text: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    foot: tuple[int, int],
) -> None:
    """Text that reads upwards from `foot`, its middle above it."""
    label = Image.new("RGB", (LABELS - 12, CELL), "white")
    ImageDraw.Draw(label).text((0, CELL // 2), text, fill=_INK, font=font, anchor="lm")
    turned = label.rotate(90, expand=True)
    image.paste(turned, (foot[0] - CELL // 2, foot[1] - turned.height))


def _tint(colour: str, share: float) -> tuple[int, int, int]:
    """The colour over white, the stronger the greater the share."""
    strength = 0.25 + 0.75 * share
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    red, green, blue = (round(255 - strength * (255 - part)) for part in parts)
    return red, green, blue


def draw_confidence(pairs: Sequence[tuple[Example, Guess]], target: Path) -> None:
    """A PNG at `target`: of how many sentences the guess had which confidence, right, wrong and out of scope."""
    kinds = {
        "understood": ([g for e, g in pairs if e.intent == g.intent != OUT_OF_SCOPE], _RIGHT),
        "misunderstood": (
            [g for e, g in pairs if e.intent != g.intent and e.intent != OUT_OF_SCOPE], _WRONG,
        ),
        "out of scope": ([g for e, g in pairs if e.intent == OUT_OF_SCOPE], _OUTSIDE),
    }  # fmt: skip
    rows = {name: _histogram(guesses) for name, (guesses, _) in kinds.items()}
    width, height = EDGE * 3 + BINS * BAR_WIDTH, TITLE + BAR_HEIGHT + EDGE * 3
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(13)
    floor, left = TITLE + BAR_HEIGHT, EDGE * 2
    for tick in range(0, 101, 20):
        y = floor - tick / 100 * BAR_HEIGHT
        pen.line([left, y, left + BINS * BAR_WIDTH, y], fill=_GRID)
        pen.text((left - 6, y), f"{tick}%", fill=_FAINT, font=font, anchor="rm")
    part = (BAR_WIDTH - 6) // len(kinds)
    for number, (name, (guesses, colour)) in enumerate(kinds.items()):
        for place, share in enumerate(rows[name]):
            bar = left + place * BAR_WIDTH + 3 + number * part
            if share:
                pen.rectangle(
                    [bar, floor - max(1, share * BAR_HEIGHT), bar + part - 1, floor], fill=colour
                )
        pen.rectangle([left + number * 210, 18, left + number * 210 + 12, 30], fill=colour)
        label = f"{name} ({len(guesses)})"
        pen.text((left + number * 210 + 18, 24), label, fill=_INK, font=font, anchor="lm")
    for tick in range(0, 11, 2):
        x = left + tick / 10 * BINS * BAR_WIDTH
        pen.text((x, floor + 8), f"{tick / 10:.1f}", fill=_FAINT, font=font, anchor="ma")
    pen.text(
        (left + BINS * BAR_WIDTH / 2, floor + 34), "confidence", fill=_INK, font=font, anchor="ma"
    )
    image.save(target, format="PNG", optimize=True)


def _histogram(guesses: Sequence[Guess]) -> list[float]:
    """The share of the guesses in each of the bins of the confidence."""
    counts = Counter(min(int(guess.confidence * BINS), BINS - 1) for guess in guesses)
    return [counts[place] / max(1, len(guesses)) for place in range(BINS)]
