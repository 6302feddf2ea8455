"""What the index holds of a published article, and which of them a query may see. No database here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.conversation.content import Citation

NATIONWIDE = "全国"
ANY_BUSINESS = "综合"

Mask = NDArray[np.bool_]


MIN_PASSAGE = 8
MAX_PASSAGES = 12


@dataclass(frozen=True)
class Entry:
    """One published version with the days, both inclusive, on which it holds.

    `next` are keys of other articles; the answer still has its {{placeholders}}.
    """

    article_id: str
    key: str
    question: str
    similar: tuple[str, ...]
    answer_md: str
    citations: tuple[Citation, ...]
    category: str
    business: str
    region: str
    internal: bool
    first: date
    last: date
    next: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)

    @property
    def wordings(self) -> list[str]:
        return [self.question, *self.similar]

    @property
    def passages(self) -> list[str]:
        """The lines of the answer that say something."""
        return passages(self.answer_md)

    @cached_property
    def fingerprint(self) -> bytes:
        """16 bytes that differ when what is indexed of it differs: its texts, not its limits."""
        texts = "\0".join([*self.wordings, "", self.answer_md])
        return hashlib.blake2b(texts.encode(), digest_size=16).digest()


def passages(answer_md: str) -> list[str]:
    """The lines of an answer that say something."""
    lines = (line.strip(" -*>#|0123456789.") for line in answer_md.split("\n"))
    return [line for line in lines if len(line) >= MIN_PASSAGE][:MAX_PASSAGES]


# Stands in a segment's place for an article that is no longer published in that wording: no day shows it.
GONE = Entry(
    article_id="", key="", question="", similar=(), answer_md="", citations=(), category="",
    business="", region="", internal=True, first=date.max, last=date.min,
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """`regions`: the names by which the citizen's region may be written in an article (例: example, 示例市)."""

    regions: frozenset[str]
    on: date
    business: str | None = None
    internal: bool = False


class EntryTable:
    """The entries' limits as columns, so that filtering 100,000 of them takes microseconds."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._regions = _codes([e.region for e in entries])
        self._businesses = _codes([e.business for e in entries])
        self._first = np.array([e.first.toordinal() for e in entries], dtype=np.int32)
        self._last = np.array([e.last.toordinal() for e in entries], dtype=np.int32)
        self._internal = np.array([e.internal for e in entries], dtype=bool)

    def visible(self, filters: Filters) -> Mask:
        """True for each entry the query may see. Applied before ranking: a hidden entry takes nobody's place."""
        day = filters.on.toordinal()
        mask: Mask = (self._first <= day) & (day <= self._last)
        mask &= _among(self._regions, {NATIONWIDE, *filters.regions})
        if filters.business is not None:
            mask &= _among(self._businesses, {ANY_BUSINESS, filters.business})
        if not filters.internal:
            mask &= ~self._internal
        return mask


def _codes(values: list[str]) -> tuple[dict[str, int], NDArray[np.int32]]:
    names: dict[str, int] = {}
    codes = np.array([names.setdefault(v, len(names)) for v in values], dtype=np.int32)
    return names, codes


def _among(column: tuple[dict[str, int], NDArray[np.int32]], wanted: set[str]) -> Mask:
    names, codes = column
    allowed = np.zeros(len(names) + 1, dtype=bool)
    allowed[[names[w] for w in wanted if w in names]] = True
    result: Mask = allowed[codes]
    return result
