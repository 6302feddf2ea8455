"""Which version of an article holds on which day. Pure; used when the index is built and by lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

FIRST_DAY, LAST_DAY = date.min, date.max

V = TypeVar("V")


@dataclass(frozen=True)
class Window(Generic[V]):
    """`version` holds from `first` to `last`, both inclusive."""

    version: V
    first: date
    last: date


def windows(versions: Sequence[tuple[V, date | None, date | None]]) -> list[Window[V]]:
    """The days on which each published version holds.

    `versions`: (version, effective_from, effective_to), oldest number first. From the day a newer
    version begins, the older ones never hold again, not even after the newer one has expired: an
    expired rule must not bring back the rule it replaced. Versions that never hold are left out.
    """
    result: list[Window[V]] = []
    newer_begins: date | None = None
    for version, begins, ends in reversed(versions):
        first, last = begins or FIRST_DAY, ends or LAST_DAY
        if newer_begins is not None:
            if newer_begins == FIRST_DAY:
                break
            last = min(last, newer_begins - timedelta(days=1))
        if first <= last:
            result.append(Window(version, first, last))
        newer_begins = first if newer_begins is None else min(newer_begins, first)
    return result[::-1]


def holding(versions: Sequence[tuple[V, date | None, date | None]], day: date) -> V | None:
    """Of the published versions, as `windows` takes them, the one that holds on `day`."""
    found = (w.version for w in windows(versions) if w.first <= day <= w.last)
    return next(found, None)


def called_off(
    published: Sequence[tuple[V, date | None, date | None]],
    new: tuple[V, date | None, date | None],
    today: date,
) -> list[V]:
    """The published versions that would begin after `today`, and never will once `new` is published."""
    planned = [window.version for window in windows(published) if window.first > today]
    left = [window.version for window in windows([*published, new])]
    return [version for version in planned if version not in left]
