"""What texts are about, as sets of the field's concepts: overlap, mention, and the core of an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from knowledge.retrieval.ragged import Floats, Rows, ratio, slices, starts_of, sums


class TagIndex:
    """Sets of tags (concepts) for a list of texts; tags that fewer texts have weigh more."""

    def __init__(self, texts: Sequence[Iterable[str]]) -> None:
        self._names: dict[str, int] = {}
        rows = [
            sorted({self._names.setdefault(t, len(self._names)) for t in tags}) for tags in texts
        ]
        lengths = [len(row) for row in rows]
        self._tags = np.array([t for row in rows for t in row], dtype=np.int32)
        self._starts = starts_of(lengths)
        counts = np.bincount(self._tags, minlength=len(self._names))
        self._weights: Floats = np.log(1 + len(rows) / (1 + counts)).astype(np.float32)
        # What no text mentions weighs as much as the rarest tag.
        self._unknown = float(np.log(1 + len(rows)))

    def shares(self, tags: Sequence[str], rows: Rows) -> tuple[Floats, Floats]:
        """For each of `rows`: overlap (weight of common by weight of all tags), share of `tags` it has."""
        ids = [self._names[t] for t in tags if t in self._names]
        asked = np.zeros(len(self._names), dtype=bool)
        asked[ids] = True
        total = float(self._weights[ids].sum()) + (len(tags) - len(ids)) * self._unknown
        parts, starts = slices(self._starts, rows)
        own = self._tags[parts]
        weights = self._weights[own]
        common = sums(weights * asked[own], starts)
        overlap = ratio(common, sums(weights, starts) + total - common)
        covered: Floats = common / total if total else np.zeros_like(common)
        return overlap, covered


class CoreIndex:
    """What each article is about: its tags, weighed by the share of its wordings that name them.

    A query that names 宅基地 alone shares a rare tag with an article on withdrawing for a farm house,
    but lacks what nearly every wording of that article names: 公积金 and 提取.
    """

    def __init__(self, articles: Sequence[Sequence[Iterable[str]]]) -> None:
        self._names: dict[str, int] = {}
        tags: list[int] = []
        weights: list[float] = []
        lengths = []
        for wordings in articles:
            counts = Counter(tag for wording in wordings for tag in set(wording))
            lengths.append(len(counts))
            tags += [self._names.setdefault(tag, len(self._names)) for tag in counts]
            weights += [count / len(wordings) for count in counts.values()]
        self._tags = np.array(tags, dtype=np.int32)
        # Squared: a tag in every wording is the subject, one in a single wording a manner of speaking.
        self._weights: Floats = np.square(np.array(weights, dtype=np.float32))
        self._starts = starts_of(lengths)

    def share(self, tags: Sequence[str], rows: Rows) -> Floats:
        """For each of `rows` the share, 0..1, of the article's core the query names."""
        asked = np.zeros(len(self._names), dtype=bool)
        asked[[self._names[t] for t in tags if t in self._names]] = True
        parts, starts = slices(self._starts, rows)
        weights = self._weights[parts]
        return ratio(sums(weights * asked[self._tags[parts]], starts), sums(weights, starts))
