"""In which order people are served: points, and a place that does not change while somebody waits.

Pure. A citizen who has waited m minutes with p points stands at p + m * points_per_minute. As
everybody's minutes pass alike, the order of two never changes, and it is the order of the time at
which each of them would have come to have as much without points: `effective_since`. So the queue
is sorted by a stored time, an index serves it, and no row is rewritten while time passes.

Nobody starves: whoever comes later gets ahead only by more points, and then only if he came less
than (his points - mine) / points_per_minute minutes after me (docs/adr/0031).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.routing.case import Case

# Beyond these a weight decides alone, and a typing error would put somebody behind everybody for ever.
MOST_POINTS = 1000


@dataclass(frozen=True)
class Weights:
    """Points by who it is and what it is about; of several tags or ages only the highest counts.

    `ages`: (from this age in years, points). `transferred`: has been served and is handed on.
    """

    customer_groups: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    businesses: Mapping[str, int] = field(default_factory=dict)
    ages: tuple[tuple[int, int], ...] = ()
    transferred: int = 0


@dataclass(frozen=True)
class Part:
    """What some of the points are for: `of` is customer_group, tag, business, age or transferred."""

    of: str
    value: str
    points: int


def parts(case: Case, weights: Weights) -> list[Part]:
    """The points of a case, one by one; what counts nothing is left out."""
    found = [
        Part(
            "customer_group",
            case.customer_group,
            weights.customer_groups.get(case.customer_group, 0),
        ),
        Part("business", case.business or "", weights.businesses.get(case.business or "", 0)),
    ]
    tagged = [Part("tag", tag, weights.tags[tag]) for tag in case.tags if tag in weights.tags]
    if tagged:
        found.append(max(tagged, key=lambda part: part.points))
    if case.age is not None:
        reached = [pair for pair in weights.ages if case.age >= pair[0]]
        if reached:
            since, points = max(reached, key=lambda pair: pair[1])
            found.append(Part("age", str(since), points))
    if case.transferred:
        found.append(Part("transferred", "", weights.transferred))
    return [part for part in found if part.points]


def total(points: list[Part]) -> int:
    """The priority: higher is served earlier. Within MOST_POINTS either way."""
    return max(-MOST_POINTS, min(MOST_POINTS, sum(part.points for part in points)))


def effective_since(enqueued_at: datetime, priority: int, *, points_per_minute: int) -> datetime:
    """The time to sort by, earliest first; raises ValueError unless points_per_minute is positive."""
    if points_per_minute < 1:
        raise ValueError("waiting must count, else somebody waits for ever")
    return enqueued_at - timedelta(seconds=60 * priority / points_per_minute)


def age_in(birth_year: int | None, today: date) -> int | None:
    """The age reached this year, which is all that a year of birth says; None where it cannot be."""
    if birth_year is None or not 0 <= today.year - birth_year <= 130:
        return None
    return today.year - birth_year
