"""What texts are about, as sets of the field's concepts: overlap, mention, and the core of an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.retrieval.ragged import Floats, Rows, ratio, slices, split, sums
from knowledge.retrieval.tokens import TokenRows, TokenTable


class TagIndex:
    """Sets of tags (concepts) for the segments' texts; tags that fewer texts have weigh more."""

    def __init__(self, parts: Sequence[TokenRows], dead: Sequence[Rows] | None = None) -> None:
        self._table = TokenTable(parts, dead)
        rows = self._table.rows
        self._weights: Floats = np.log(1 + rows / (1 + self._table.counts)).astype(np.float32)
        # What no text mentions weighs as much as the rarest tag.
        self._unknown = float(np.log(1 + rows))

    @classmethod
    def of(cls, texts: Sequence[Iterable[str]]) -> TagIndex:
        """An index of one segment."""
        return cls([TokenRows.of(sorted(set(tags)) for tags in texts)])

    def shares(self, tags: Sequence[str], rows: Rows) -> tuple[Floats, Floats]:
        """For each of the ascending `rows`: overlap (weight of common by weight of
        all tags), share of `tags` it has.
        """
        ids = self._table.find(tags)
        asked = np.zeros(self._table.width, dtype=bool)
        asked[ids] = True
        total = float(self._weights[ids].sum()) + (len(tags) - len(ids)) * self._unknown
        own, starts = self._table.items(rows)
        weights = self._weights[own]
        common = sums(weights * asked[own], starts)
        overlap = ratio(common, sums(weights, starts) + total - common)
        covered: Floats = common / total if total else np.zeros_like(common)
        return overlap, covered


@dataclass(frozen=True)
class CoreRows:
    """One segment's articles: their tags and, for each, the square of the share of wordings that name it.

    Squared: a tag in every wording is the subject, one in a single wording a manner of speaking.
    """

    rows: TokenRows
    weights: Floats

    @classmethod
    def of(cls, articles: Iterable[Sequence[Iterable[str]]]) -> CoreRows:
        tags: list[list[str]] = []
        weights: list[float] = []
        for wordings in articles:
            counts = Counter(tag for wording in wordings for tag in set(wording))
            tags.append(list(counts))
            weights += [count / len(wordings) for count in counts.values()]
        return cls(TokenRows.of(tags), np.square(np.array(weights, dtype=np.float32)))


class CoreIndex:
    """What each article is about: its tags, weighed by the share of its wordings that name them.

    A query that names 宅基地 alone shares a rare tag with an article on withdrawing for a farm house,
    but lacks what nearly every wording of that article names: 公积金 and 提取.
    """

    def __init__(self, parts: Sequence[CoreRows]) -> None:
        self._parts = list(parts)
        self._table = TokenTable([p.rows for p in parts])

    @classmethod
    def of(cls, articles: Sequence[Sequence[Iterable[str]]]) -> CoreIndex:
        """An index of one segment."""
        return cls([CoreRows.of(articles)])

    def share(self, tags: Sequence[str], rows: Rows) -> Floats:
        """For each of the ascending `rows` the share, 0..1, of the article's core the query names."""
        asked = np.zeros(self._table.width, dtype=bool)
        asked[self._table.find(tags)] = True
        own, starts = self._table.items(rows)
        weights = np.concatenate(
            [
                part.weights[slices(part.rows.starts, local)[0]]
                for part, local in zip(self._parts, split(rows, self._table.sizes), strict=True)
            ]
        )
        return ratio(sums(weights * asked[own], starts), sums(weights, starts))
