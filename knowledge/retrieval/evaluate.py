"""Measures a search on labelled questions: how often the right article is on top, how often a wrong one is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.conversation.ports import Band


@dataclass(frozen=True)
class Case:
    """`expect` is the question of the right article, or None when nothing must be answered.

    `others` are as right. `forbidden` must not be answered: near questions with another answer. `context` is what
    the same person asked before, newest last.
    """

    query: str
    expect: str | None
    others: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    context: tuple[str, ...] = ()

    @property
    def expected(self) -> tuple[str, ...]:
        return () if self.expect is None else (self.expect, *self.others)


@dataclass(frozen=True)
class Answer:
    """What the search said: the questions of its hits, best first, the first one's score, the band."""

    questions: list[str]
    score: float
    band: Band


@dataclass(frozen=True)
class Figures:
    """Rates are 0..1; those of an empty group are None.

    answered_wrong: of all cases, those in band `answer` whose first hit is not the expected one.
    refused_right: of the cases that must not be answered, those in band `unknown` or `guide`.
    mixed_up: of the cases that name near questions with another answer, those answered by one of them.
    calibration_error: expected gap between score and hit rate (ECE, ten bins of equal width).
    """

    cases: int
    in_scope: int
    out_of_scope: int
    r_at_1: float | None
    r_at_3: float | None
    r_at_10: float | None
    mrr: float | None
    answered_right: float | None
    guided_right: float | None
    in_scope_answered_wrong: float | None
    out_of_scope_answered: float | None
    answered_wrong: float | None
    refused: float | None
    refused_right: float | None
    mixed_up: float | None
    calibration_error: float | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


Ask = Callable[[str, tuple[str, ...]], Answer]


def measure(cases: Sequence[Case], ask: Ask) -> Figures:
    """Ask every case (ten hits wanted) and count. `ask` gets the query and its context."""
    answers = [ask(case.query, case.context) for case in cases]
    pairs = list(zip(cases, answers, strict=True))
    inside = [(c, a) for c, a in pairs if c.expect is not None]
    outside = [(c, a) for c, a in pairs if c.expect is None]
    places = [_place(c, a) for c, a in inside]
    right = [place == 1 for place in places]
    return Figures(
        cases=len(pairs),
        in_scope=len(inside),
        out_of_scope=len(outside),
        r_at_1=_rate(right),
        r_at_3=_rate(p is not None and p <= 3 for p in places),
        r_at_10=_rate(p is not None and p <= 10 for p in places),
        mrr=_mean([1 / p if p else 0.0 for p in places]),
        answered_right=_rate(
            r and a.band == "answer" for r, (_, a) in zip(right, inside, strict=True)
        ),
        guided_right=_rate(
            a.band == "guide" and p is not None and p <= 3
            for p, (_, a) in zip(places, inside, strict=True)
        ),
        in_scope_answered_wrong=_rate(
            a.band == "answer" and not r for r, (_, a) in zip(right, inside, strict=True)
        ),
        out_of_scope_answered=_rate(a.band == "answer" for _, a in outside),
        answered_wrong=_rate(a.band == "answer" and _place(c, a) != 1 for c, a in pairs),
        refused=_rate(a.band == "unknown" for _, a in pairs),
        refused_right=_rate(a.band != "answer" for _, a in outside),
        mixed_up=_rate(
            a.band == "answer" and a.questions[0] in c.forbidden for c, a in pairs if c.forbidden
        ),
        calibration_error=_calibration_error([(a.score, _place(c, a) == 1) for c, a in pairs]),
    )


def _place(case: Case, answer: Answer) -> int | None:
    places = [answer.questions.index(q) + 1 for q in case.expected if q in answer.questions]
    return min(places, default=None)


def _rate(values: Iterable[bool]) -> float | None:
    return _mean([float(v) for v in values])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _calibration_error(scored: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    if not scored:
        return None
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, right in scored:
        groups[min(int(score * bins), bins - 1)].append((score, right))
    gaps = (abs(sum(s for s, _ in group) - sum(r for _, r in group)) for group in groups if group)
    return sum(gaps) / len(scored)
