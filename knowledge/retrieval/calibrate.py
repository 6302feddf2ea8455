"""Fits the fusion weights, the score and the bands on wordings the index and encoder have not seen.

Behind `bangban kb calibrate`; a minute of work, its result is data/calibration.json.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.bands import Thresholds
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.evaluate import Case
from knowledge.retrieval.fusion import Evidence, Model, Signals, fuse, order_of, weigh
from knowledge.retrieval.reliability import Bin, bins_of
from knowledge.retrieval.samples import Sample, collect

Array = NDArray[np.float64]
# How the cases are weighed against each other: what we expect citizens to send.
SHARES = {"labelled": 0.5, "unseen": 0.18, "near": 0.15, "missing": 0.03, "refused": 0.14}
# The signals that speak against a candidate.
AGAINST = ("conflict", "presumed")
IN_SCOPE = ("labelled", "unseen", "near")
# What a result costs. A wrong answer misleads a citizen; a list to choose from costs a tap; a needless
# "I do not know" costs a handoff.
COST_WRONG, COST_GUIDE_RIGHT, COST_GUIDE_WRONG, COST_UNKNOWN = 3.5, 1.0, 2.5, 2.5
# Of refused.yaml, a third of which is as near to the content as a question can be.
MAX_REFUSED_ANSWERED = 0.06


def calibrate(
    entries: Sequence[Entry], analyser: Analyser, labelled: Sequence[Case] = ()
) -> tuple[Calibration, list[Bin]]:
    """Fit on wordings of `entries` left out of training and on `labelled`; also how well the scores keep their word."""
    return fit(collect(entries, analyser, labelled), len(entries))


def fit(samples: Sequence[Sample], articles: int) -> tuple[Calibration, list[Bin]]:
    """Weights, score and bands from samples whose right answers are known."""
    rank = _fit_rank([s for s in samples if s.right is not None])
    model = Model(rank, Evidence(*[0.0] * len(Evidence._fields)))
    model = Model(rank, _fit_certainty(samples, model))
    judged = [_judge(s, model) for s in samples]
    thresholds = _choose_thresholds(judged)
    shares = _weights([j.kind for j in judged])
    bins = bins_of([(j.score, j.right, w) for j, w in zip(judged, shares, strict=True)])
    return Calibration(model, thresholds, _report(judged, thresholds, articles)), bins


# ---- fitting ---------------------------------------------------------------------------------------------------


def _minimise(
    loss: Callable[[Array], tuple[float, Array]],
    start: Array,
    bounds: Sequence[tuple[float | None, float | None]],
) -> Array:
    found: Array = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return found


def _fit_rank(samples: Sequence[Sample]) -> Signals:
    """Weights under which the right candidate wins a softmax. Only AGAINST may count against one.

    Editors word an article's similar questions unlike each other on purpose, so that without this limit
    sharing words would be learnt as a sign against an article.
    """
    tables = [np.array(s.signals, dtype=np.float64) for s in samples]
    shares = _weights([s.kind for s in samples])
    names = Signals._fields

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.002 * float(weights @ weights), 0.004 * weights
        for table, sample, share in zip(tables, samples, shares, strict=True):
            values = table @ weights
            chances = np.exp(values - values.max())
            chances /= chances.sum()
            total -= share * float(np.log(max(chances[sample.right], 1e-12)))
            slope = slope + share * (chances @ table - table[sample.right])
        return total, slope

    bounds = [(None, 0.0) if n in AGAINST else (0.0, None) for n in names]
    start = np.array([-0.1 if n in AGAINST else 1.0 for n in names])
    return Signals(*(round(float(w), 4) for w in _minimise(loss, start, bounds)))


def _fit_certainty(samples: Sequence[Sample], model: Model) -> Evidence:
    """Logistic regression on the three best candidates of each query: is this one right?"""
    rows, truths, kinds = [], [], []
    for sample in samples:
        values = [model.value(s) for s in sample.signals]
        order = order_of(values)
        for place, i in enumerate(order[:3]):
            rivals = order[1:2] if place == 0 else order[:1]
            rival = values[rivals[0]] if rivals else None
            rows.append(weigh(sample.signals[i], values[i], rival, sample.context))
            truths.append(float(i == sample.right))
            kinds.append(sample.kind)
    table, truth, shares = np.array(rows), np.array(truths), np.array(_weights(kinds))
    names = Evidence._fields

    def loss(weights: Array) -> tuple[float, Array]:
        odds = table @ weights
        penalty = 0.0005 * float(weights[1:] @ weights[1:])
        value = float(shares @ (np.logaddexp(0, odds) - truth * odds)) + penalty
        slope = table.T @ (shares * (1 / (1 + np.exp(-odds)) - truth))
        slope[1:] += 0.001 * weights[1:]
        return value, slope

    free, rising, falling = (None, None), (0.0, None), (None, 0.0)
    bounds: Any = [free if n == "bias" else falling if n in AGAINST else rising for n in names]
    return Evidence(*(round(float(w), 4) for w in _minimise(loss, np.zeros(len(names)), bounds)))


def _weights(kinds: Sequence[str]) -> list[float]:
    """A weight for each case, so that every kind has its share of SHARES; they sum to 1."""
    counts = Counter(kinds)
    total = sum(SHARES[k] for k in counts)
    return [SHARES[k] / total / counts[k] for k in kinds]


# ---- bands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A sample with the score of its first hit, whether that is right, and whether the first three hold it."""

    kind: str
    score: float
    right: bool
    in_three: bool
    answerable: bool


def _judge(sample: Sample, model: Model) -> Judged:
    scored = fuse(sample.signals, sample.context, model, 3) if sample.signals else []
    places = [s.position for s in scored]
    return Judged(
        kind=sample.kind,
        score=scored[0].probability if scored else 0.0,
        right=bool(places) and places[0] == sample.right,
        in_three=sample.right in places,
        answerable=sample.kind in IN_SCOPE,
    )


def _cost(case: Judged, thresholds: Thresholds) -> float:
    band = thresholds.band(case.score)
    if band == "answer":
        return 0.0 if case.right else COST_WRONG
    if band == "guide":
        return COST_GUIDE_RIGHT if case.in_three else COST_GUIDE_WRONG
    return COST_UNKNOWN if case.answerable else 0.0


def _choose_thresholds(judged: Sequence[Judged]) -> Thresholds:
    shares = _weights([j.kind for j in judged])
    refused = [j.score for j in judged if j.kind == "refused"]
    best, least = Thresholds(1.0, 1.0), float("inf")
    for answer in np.arange(0.30, 0.96, 0.01):
        if np.mean([s >= answer for s in refused]) > MAX_REFUSED_ANSWERED:
            continue
        for guide in np.arange(0.05, answer, 0.01):
            thresholds = Thresholds(round(float(answer), 2), round(float(guide), 2))
            cost = sum(w * _cost(j, thresholds) for w, j in zip(shares, judged, strict=True))
            if cost < least:
                best, least = thresholds, cost
    return best


def _report(judged: Sequence[Judged], thresholds: Thresholds, articles: int) -> dict[str, Any]:
    report: dict[str, Any] = {"articles": articles, "calibration_error": round(_error(judged), 4)}
    report["calibration_error_in_scope"] = round(_error([j for j in judged if j.answerable]), 4)
    for kind in SHARES:
        cases = [j for j in judged if j.kind == kind]
        if not cases:
            continue
        bands = [thresholds.band(j.score) for j in cases]
        report[kind] = {
            "cases": len(cases),
            "first_right": round(float(np.mean([j.right for j in cases])), 4),
            "answered": round(bands.count("answer") / len(cases), 4),
            "answered_wrong": round(
                sum(b == "answer" and not j.right for b, j in zip(bands, cases, strict=True)) / len(cases), 4
            ),
            "unknown": round(bands.count("unknown") / len(cases), 4),
        }  # fmt: skip
    return report


def _error(judged: Sequence[Judged]) -> float:
    """Expected gap between score and hit rate, cases weighed by SHARES."""
    shares = _weights([j.kind for j in judged])
    bins = bins_of([(j.score, j.right, w) for j, w in zip(judged, shares, strict=True)])
    return sum(b.weight * abs(b.promised - b.kept) for b in bins)
