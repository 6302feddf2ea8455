"""The decision behind the features: two linear classifiers in one matrix, with confidences that keep their word.

A support vector machine finds the intent best, a logistic regression knows best what is strange; both are
linear, so their weighted sum is one matrix, and a sentence costs one small product. The two weights are fitted
on folds neither has been trained on, so that of the sentences with confidence 0.8 about eight of ten are right.
scikit-learn and scipy only in `fit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

FOLDS = 4
SEED = 7
MOST_WEIGHT = 6.0


class LinearModel:
    """Classes, weights (features x classes) and bias; probabilities are the softmax of the sums."""

    def __init__(self, classes: Sequence[str], weights: Any, bias: Any) -> None:
        self.classes = list(classes)
        self._weights = weights
        self._bias = bias

    def probabilities(self, columns: List[int], values: List[float]) -> Any:
        """One sentence, as `Featurizer.vector` gives it: the probability of each class."""
        sums = np.asarray(values, dtype=np.float32) @ self._weights[columns] + self._bias
        powers = np.exp(sums - sums.max())
        return powers / powers.sum()

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path, classes=self.classes, weights=self._weights.astype(np.float16), bias=self._bias
        )

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        with np.load(path) as stored:
            weights = stored["weights"].astype(np.float32)
            return cls([str(c) for c in stored["classes"]], weights, stored["bias"])


def fit(matrix: Any, labels: Sequence[str], config: Dict[str, Any]) -> LinearModel:
    """Train both classifiers and their balance. `config`: margin_c, logistic_c, balance."""
    intents = np.array(labels)
    shares = _weights(intents, config["balance"])
    classes = np.unique(intents)
    folds = _folds(intents)
    outside = [np.zeros((len(intents), len(classes))) for _ in range(2)]
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        models = _fit_both(matrix[train], intents[train], shares[train], config)
        for sums, model in zip(outside, models, strict=True):
            known = np.searchsorted(classes, model.classes_)
            sums[test] = sums.min() - 1
            sums[np.ix_(test, known)] = model.decision_function(matrix[test])
    first, second = _balance(outside, np.searchsorted(classes, intents), shares)
    margin, logistic = _fit_both(matrix, intents, shares, config)
    weights = first * margin.coef_ + second * logistic.coef_
    bias = first * margin.intercept_ + second * logistic.intercept_
    return LinearModel(
        [str(c) for c in classes], weights.T.astype(np.float32), bias.astype(np.float32)
    )


def _fit_both(matrix: Any, intents: Any, shares: Any, config: Dict[str, Any]) -> Tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    margin = LinearSVC(C=config["margin_c"], random_state=SEED)
    logistic = LogisticRegression(
        C=config["logistic_c"], solver="liblinear", max_iter=200, random_state=SEED
    )
    return (
        margin.fit(matrix, intents, sample_weight=shares),
        logistic.fit(matrix, intents, sample_weight=shares),
    )


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


def _balance(outside: List[Any], right: Any, shares: Any) -> Tuple[float, float]:
    """The two factors that make the sum's softmax the best forecast (least log loss)."""
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    rows = np.arange(len(right))

    def loss(factors: Any) -> float:
        sums = factors[0] * outside[0] + factors[1] * outside[1]
        return float(np.average(logsumexp(sums, axis=1) - sums[rows, right], weights=shares))

    found = minimize(loss, [2.0, 0.5], method="L-BFGS-B", bounds=[(0.1, 20), (0.0, 20)])
    return float(found.x[0]), float(found.x[1])
