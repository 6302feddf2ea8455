"""What one snapshot of the index has found and encoded lately: a hot question is searched for once.

Belongs to its snapshot (search.py), so nothing outlives a change of the content; the day is part of every key.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np

from core.conversation.ports import KnowledgeQuery, KnowledgeResult
from knowledge.retrieval.encoder import Encoder, Vectors

MOST_RESULTS = 2000
# Longer texts are stories, which nobody tells twice.
LONGEST_TEXT = 60
# Of 256 numbers each: 4 MB.
MOST_VECTORS = 4000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Latest(Generic[Key, Value]):
    """The `most` values that were used last. Searches run in several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)


class Remembered:
    """Results by question, and vectors by text."""

    def __init__(self) -> None:
        self._results: Latest[KnowledgeQuery, KnowledgeResult] = Latest(MOST_RESULTS)
        self._vectors: Latest[str, Vectors] = Latest(MOST_VECTORS)

    def result(self, query: KnowledgeQuery) -> KnowledgeResult | None:
        """What was found for this question, or for its text where that stands alone."""
        if len(query.text) > LONGEST_TEXT:
            return None
        return self._results.get(_alone(query)) or self._results.get(query)

    def keep(self, query: KnowledgeQuery, result: KnowledgeResult, *, leans: bool) -> None:
        """`leans`: what was said before could have changed the result."""
        if len(query.text) <= LONGEST_TEXT:
            self._results.put(query if leans else _alone(query), result)

    def encode(self, encoder: Encoder, texts: Sequence[str]) -> Vectors:
        """As `encoder` does, shape (len(texts), dimension)."""
        known = {text: self._vectors.get(text) for text in dict.fromkeys(texts)}
        wanted = [text for text, vector in known.items() if vector is None]
        if wanted:
            for text, vector in zip(wanted, encoder.encode(wanted), strict=True):
                known[text] = vector
                if len(text) <= LONGEST_TEXT:
                    self._vectors.put(text, vector)
        rows = [vector for text in texts if (vector := known[text]) is not None]
        return np.stack(rows)


def _alone(query: KnowledgeQuery) -> KnowledgeQuery:
    """The key of a question on which what was said before has no bearing."""
    # No question is asked with this context: an empty one would be that of a first question that leans.
    return replace(query, context=("",))
