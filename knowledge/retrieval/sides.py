"""Which sides of a contrast (首套/二套) the articles of a segment take, a bit a side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.analysis import Analysis
from knowledge.retrieval.ragged import Rows
from knowledge.retrieval.vocabulary import TOPIC_GROUP, Vocabulary

# From this share of its wordings on, a side of a contrast is part of what the article is about.
NEEDED_SHARE = 0.7


@dataclass(frozen=True)
class SideRows:
    """One segment's articles; each array has the shape (articles, contrast groups).

    `named` by the question; `admitted`: named by any wording; `needed`: the group must have been named.
    """

    named: Rows
    admitted: Rows
    needed: NDArray[np.bool_]


class SideBits:
    """Turns the sides texts name into bits, by the vocabulary's order of groups and sides."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @cached_property
    def _places(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (group, side): (i, 1 << j)
            for i, (group, sides) in enumerate(self._vocabulary.contrasts.items())
            for j, side in enumerate(sides)
        }

    def of(self, analyses: Sequence[Analysis]) -> Rows:
        """The sides each text names; shape (texts, contrast groups)."""
        result = np.zeros((len(analyses), len(self._vocabulary.contrasts)), dtype=np.int64)
        for row, analysis in enumerate(analyses):
            for group, sides in analysis.sides.items():
                for side in sides:
                    column, bit = self._places[group, side]
                    result[row, column] |= bit
        return result

    @cached_property
    def topic_column(self) -> int | None:
        """The column of the topics, if the vocabulary has any."""
        groups = list(self._vocabulary.contrasts)
        return groups.index(TOPIC_GROUP) if TOPIC_GROUP in groups else None

    def names(self, group: int, bits: int) -> tuple[str, ...]:
        """The names of the sides in `bits`."""
        return tuple(s for (_, s), (g, bit) in self._places.items() if g == group and bit & bits)

    def rows(self, named: Rows, every: Rows, starts: Rows) -> SideRows:
        """`named` by each question, `every`: by each wording; article r has wordings starts[r]:starts[r + 1]."""
        vocabulary = self._vocabulary
        strict = np.array([g in vocabulary.must_be_said for g in vocabulary.contrasts], dtype=bool)
        if not len(named):
            return SideRows(named, named, np.zeros(named.shape, dtype=bool))
        # What an article's other wordings name as well, it answers as well: 头一套 and 二套 alike.
        admitted: Rows = np.bitwise_or.reduceat(every, starts[:-1], axis=0)
        if TOPIC_GROUP in vocabulary.contrasts:
            # A topic more or less is no contradiction: whoever asks about 养老金 may mean 退休.
            admitted[:, list(vocabulary.contrasts).index(TOPIC_GROUP)] = -1
        naming = np.add.reduceat((every != 0).astype(np.float32), starts[:-1], axis=0)
        share = naming / np.diff(starts)[:, None]
        return SideRows(named, admitted, (share >= NEEDED_SHARE) & (named != 0) & strict)
