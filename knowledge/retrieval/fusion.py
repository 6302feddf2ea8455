"""Makes one ranking and one probability of several signals. Pure, standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple


class Signals(NamedTuple):
    """How well one article fits a query; of its wordings the best one counts. All about 0..1.

    lexical: share of the query's weight a wording covers. reverse: share of that wording's weight the
    query covers. exact: the query is one of the wordings, or says the same in other small words
    (folding.py). passage: as lexical, over the whole article.
    dense: best cosine with a wording; centroid: with the mean of the wordings; answer: with a line of
    the answer. concepts: overlap of the field's concepts with a wording; mentioned: share of the query's
    concepts the article mentions; core: share of what the article is about that the query names.
    conflict: contrasts (首套/二套) in which query and question name different sides; agreement: the same.
    presumed: 1 when the article is about a topic (公积金, 失业金) and the query names none.
    """

    lexical: float = 0.0
    reverse: float = 0.0
    exact: float = 0.0
    passage: float = 0.0
    dense: float = 0.0
    centroid: float = 0.0
    answer: float = 0.0
    concepts: float = 0.0
    mentioned: float = 0.0
    core: float = 0.0
    conflict: float = 0.0
    agreement: float = 0.0
    presumed: float = 0.0


class Context(NamedTuple):
    """What is known of the query itself, 0..1.

    known: share of its weight in words the knowledge base has. substance: how much it says at all.
    topical: how much more usual its most special words are in the knowledge base than in general.
    """

    known: float = 0.0
    substance: float = 0.0
    topical: float = 0.0


class Evidence(NamedTuple):
    """What the probability is made of: the rank value, its lead over the best rival, context, signals."""

    bias: float
    value: float
    lead: float
    known: float
    substance: float
    topical: float
    lexical: float
    reverse: float
    exact: float
    dense: float
    concepts: float
    mentioned: float
    core: float
    conflict: float
    presumed: float = 0.0


# A rival further behind than this makes the best one no surer.
MAX_LEAD = 4.0


@dataclass(frozen=True)
class Scored:
    """A candidate's place in the caller's list, its rank value and its probability of being right."""

    position: int
    value: float
    probability: float


@dataclass(frozen=True)
class Model:
    """Fitted by calibrate.py on held-out wordings; read from data/calibration.json.

    `rank` weighs the Signals into the rank value, `certainty` the Evidence into log odds.
    """

    rank: Signals
    certainty: Evidence

    def value(self, signals: Sequence[float]) -> float:
        return sum(map(mul, self.rank, signals))

    def log_odds(self, evidence: Evidence) -> float:
        return sum(map(mul, self.certainty, evidence))


def order_of(values: Sequence[float]) -> list[int]:
    """Positions by falling value; equal ones keep their order, so that results are stable."""
    return sorted(range(len(values)), key=lambda i: (-values[i], i))


def weigh(signals: Signals, value: float, rival: float | None, context: Context) -> Evidence:
    """The evidence for a candidate whose best rival has the rank value `rival` (None: no rival)."""
    lead = MAX_LEAD if rival is None else max(-MAX_LEAD, min(MAX_LEAD, value - rival))
    return Evidence(
        bias=1.0,
        value=value,
        lead=lead,
        known=context.known,
        substance=context.substance,
        topical=context.topical,
        lexical=signals.lexical,
        reverse=signals.reverse,
        exact=signals.exact,
        dense=signals.dense,
        concepts=signals.concepts,
        mentioned=signals.mentioned,
        core=signals.core,
        conflict=signals.conflict,
        presumed=signals.presumed,
    )


def fuse(candidates: Sequence[Signals], context: Context, model: Model, top: int) -> list[Scored]:
    """The `top` candidates, best first. Probabilities fall with the rank and sum to at most 1."""
    values = [model.value(s) for s in candidates]
    order = order_of(values)
    result: list[Scored] = []
    left, above = 1.0, 1.0
    for place, i in enumerate(order[:top]):
        rivals = order[1:2] if place == 0 else order[:1]
        rival = values[rivals[0]] if rivals else None
        odds = model.log_odds(weigh(candidates[i], values[i], rival, context))
        sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
        probability = min(sure, above, left)
        result.append(Scored(i, values[i], probability))
        above, left = probability, left - probability
    return result
