"""Makes one ranking and one probability of several signals. Pure, standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Signals:
    """How well one article fits a query; the best of its wordings counts.

    lexical: share of the query's weight a wording covers. reverse: share of that wording's weight the
    query covers. passage: as lexical, over the whole article. dense: best cosine of its vectors;
    dense_mean: mean of its three best. concepts: overlap of the field's concepts, 0..1. conflict:
    contrasts (首套/二套) in which query and question name different sides; agreement: the same side.
    """

    lexical: float = 0.0
    reverse: float = 0.0
    passage: float = 0.0
    dense: float = 0.0
    dense_mean: float = 0.0
    concepts: float = 0.0
    conflict: float = 0.0
    agreement: float = 0.0


@dataclass(frozen=True)
class Scored:
    """A candidate's place in the caller's list, its rank value and its probability of being right."""

    position: int
    value: float
    probability: float


@dataclass(frozen=True)
class Model:
    """Fitted by calibrate.py on held-out wordings; read from data/calibration.json.

    `rank`: weight of each signal in the rank value. `certainty`: weights, with `bias`, that turn the
    rank value, its lead over the best rival, the signals and the query's known share into log odds.
    """

    rank: dict[str, float]
    certainty: dict[str, float]

    def value(self, signals: Signals) -> float:
        return sum(self.rank.get(name, 0.0) * x for name, x in asdict(signals).items())

    def log_odds(self, features: dict[str, float]) -> float:
        return sum(self.certainty.get(name, 0.0) * x for name, x in features.items())


def certainty_features(
    signals: Signals, value: float, lead: float, known: float
) -> dict[str, float]:
    """What the probability is made of. `lead` is bounded: far ahead is no surer than ahead."""
    return {
        "bias": 1.0,
        "value": value,
        "lead": max(-3.0, min(3.0, lead)),
        "known": known,
        **asdict(signals),
    }


def fuse(candidates: Sequence[Signals], known: float, model: Model) -> list[Scored]:
    """Rank the candidates, best first. Probabilities fall with the rank and sum to at most 1.

    `known`: share of the query's weight in words the knowledge base has.
    """
    values = [model.value(s) for s in candidates]
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    result: list[Scored] = []
    left, above = 1.0, 1.0
    for rank, i in enumerate(order):
        rivals = order[1] if rank == 0 and len(order) > 1 else order[0]
        lead = values[i] - values[rivals] if len(order) > 1 else 3.0
        odds = model.log_odds(certainty_features(candidates[i], values[i], lead, known))
        probability = min(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), above, left)
        result.append(Scored(i, values[i], probability))
        above, left = probability, left - probability
    return result
