"""Arithmetic on rows of different lengths kept in one array: items of row r are starts[r]:starts[r + 1]."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
NO_ROWS: Rows = np.zeros(0, dtype=np.int64)


def starts_of(lengths: Sequence[int] | Rows) -> Rows:
    """Where each row begins, and after the last one the total. Shape (rows + 1,)."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def joined_starts(starts: Sequence[Rows]) -> Rows:
    """The starts of several arrays laid end to end."""
    return starts_of(np.concatenate([NO_ROWS, *(np.diff(s) for s in starts)]))


def slices(starts: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Positions of the items of `rows`, one row after the other, and where each row begins among them.

    Row r has the items starts[r] up to starts[r + 1]. Shapes: (number of items,), (len(rows) + 1,).
    """
    counts = starts[rows + 1] - starts[rows]
    begins = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    offsets = np.arange(begins[-1]) - np.repeat(begins[:-1], counts)
    return np.repeat(starts[rows], counts) + offsets, begins


def split(rows: Rows, sizes: Sequence[int]) -> list[Rows]:
    """Ascending `rows` of several tables laid end to end, as each table's own rows."""
    if len(sizes) == 1:
        return [rows]
    ends = np.cumsum(sizes)
    cuts = np.searchsorted(rows, ends)
    begins = np.concatenate(([0], cuts[:-1]))
    return [
        rows[begin:cut] - (end - size)
        for begin, cut, end, size in zip(begins, cuts, ends, sizes, strict=True)
    ]


def sums(values: Floats, begins: Rows) -> Floats:
    """Sum of each stretch of `values`; unlike reduceat, empty stretches give 0."""
    totals = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    result: Floats = (totals[begins[1:]] - totals[begins[:-1]]).astype(np.float32)
    return result


def ratio(part: Floats, whole: Floats) -> Floats:
    result: Floats = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return result
