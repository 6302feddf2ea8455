"""The decision behind the features: a linear support vector machine with confidences that keep their word.

One matrix, so a sentence costs one small product. How steeply margins become confidences is fitted on folds the
machine has not been trained on, so that of the sentences with confidence 0.8 about eight of ten are right.
scikit-learn and scipy only in `fit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np

FOLDS = 3
SEED = 7
TOLERANCE = 1e-3
# The margin of an intent that a fold has no example of.
FAR_AWAY = 3.0
MOST_WEIGHT = 6.0


class LinearModel:
    """Classes, weights (features x classes) and bias; probabilities are the softmax of the sums."""

    def __init__(self, classes: Sequence[str], weights: Any, bias: Any) -> None:
        self.classes = list(classes)
        # Half precision: half the memory, the same answers.
        self._weights = weights.astype(np.float16, copy=False)
        self._bias = bias

    def probabilities(self, columns: List[int], values: List[float]) -> Any:
        """One sentence, as `Featurizer.vector` gives it: the probability of each class."""
        rows = self._weights[columns].astype(np.float32)
        sums = np.asarray(values, dtype=np.float32) @ rows + self._bias
        powers = np.exp(sums - sums.max())
        return powers / powers.sum()

    def save(self, path: Path) -> None:
        np.savez_compressed(path, classes=self.classes, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        with np.load(path) as stored:
            return cls([str(c) for c in stored["classes"]], stored["weights"], stored["bias"])


def fit(
    matrix: Any, labels: Sequence[str], counts: Sequence[float], config: Dict[str, Any]
) -> LinearModel:
    """Train, with confidences that fit; `counts`: how much each example counts by itself.

    `config`: margin_c, balance, intent_weights.
    """
    intents = np.array(labels)
    shares = np.array(counts) * _weights(intents, config["balance"])
    for intent, weight in config["intent_weights"].items():
        shares[intents == intent] *= weight
    classes = np.unique(intents)
    folds = _folds(intents)
    margins = np.zeros((len(intents), len(classes)))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        machine = _machine(config).fit(matrix[train], intents[train], sample_weight=shares[train])
        known = np.searchsorted(classes, machine.classes_)
        margins[test] = -FAR_AWAY
        margins[np.ix_(test, known)] = machine.decision_function(matrix[test])
    steepness = _steepness(margins, np.searchsorted(classes, intents), shares)
    machine = _machine(config).fit(matrix, intents, sample_weight=shares)
    weights = (steepness * machine.coef_.T).astype(np.float32)
    bias = (steepness * machine.intercept_).astype(np.float32)
    return LinearModel([str(c) for c in classes], weights, bias)


def _machine(config: Dict[str, Any]) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=config["margin_c"], random_state=SEED, tol=TOLERANCE)


def _weights(intents: Any, power: float) -> Any:
    """How much each example counts: those of small intents more, 0 for all alike, 1 for all intents alike."""
    _, places, counts = np.unique(intents, return_inverse=True, return_counts=True)
    typical = np.median(counts)
    return np.minimum((typical / counts[places]) ** power, MOST_WEIGHT)


def _folds(intents: Any) -> Any:
    """A fold for each example, every intent spread over all of them."""
    generator = np.random.default_rng(SEED)
    order = np.lexsort((generator.random(len(intents)), intents))
    folds = np.empty(len(intents), dtype=int)
    folds[order] = np.arange(len(intents)) % FOLDS
    return folds


def _steepness(margins: Any, right: Any, shares: Any) -> float:
    """The factor with which the margins' softmax is the best forecast (least log loss)."""
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    rows = np.arange(len(right))

    def loss(factor: float) -> float:
        sums = factor * margins
        return float(np.average(logsumexp(sums, axis=1) - sums[rows, right], weights=shares))

    return float(minimize_scalar(loss, bounds=(0.1, 30), method="bounded").x)
