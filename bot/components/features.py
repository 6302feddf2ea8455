"""What the classifier sees of a sentence: characters, words, sounds and concepts, as one weighted vector.

Each view is TF-IDF of its own, scaled to length 1. What training has seen fewer than twice is not a feature,
but counts in the length and in one feature of its own, "the unknown": a sentence that is mostly strange words
is then no longer judged by the two words of it that are known. Sounds are pinyin without tones, against wrong
homophones and transcripts of speech. The end is seen once more: a story asks in its last clause. Standard
library and numpy only; pypinyin only in `fit`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import combinations
from typing import Any, Dict, Iterator, List, Sequence, Set, Tuple

import numpy as np

from bot.components.concepts import Concepts

# A sentence: its text and its words.
Sentence = Tuple[str, Sequence[str]]

# Whoever writes more tells a story; thousands of characters must not keep Rasa's one thread.
MAX_LENGTH = 600
# Pairs grow with the square.
MAX_PAIRED = 16
MIN_COUNT = 2
BEGIN, END = "^", "$"

_DIGITS = re.compile(r"\d+")
_TRAILING = re.compile(r"[\s,，。.!！?？~、…]+$")
_SPACES = re.compile(r"\s+")
_CLAUSES = re.compile(r"[\s,，。.!！?？;；、:：]+")
# A last clause of two characters (谢谢, 急) is not the question yet.
_SHORTEST_CLAUSE = 3
# Chinese characters in use: for each the sound is kept with the model.
_CHARACTERS = range(0x4E00, 0x9FA6)


def normalise(text: str) -> str:
    """Which number it is, case and closing punctuation say nothing about the intent."""
    return _DIGITS.sub("0", _TRAILING.sub("", _SPACES.sub(" ", text[:MAX_LENGTH].lower())))


def _grams(units: Sequence[str], longest: int, joint: str) -> Iterator[str]:
    for size in range(1, longest + 1):
        for start in range(len(units) - size + 1):
            yield joint.join(units[start : start + size])


class View:
    """TF-IDF of one kind of features, with what is unknown in the length and in the last column."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.columns: Dict[str, int] = {}
        self.idf = np.zeros(0, dtype=np.float32)
        self.unknown_idf = 0.0

    def fit(self, seen: Counter[str], total: int) -> None:
        """`seen`: in how many of the `total` documents each feature stands."""
        known = sorted(feature for feature, count in seen.items() if count >= MIN_COUNT)
        self.columns = {feature: column for column, feature in enumerate(known)}
        self.idf = np.array(
            [math.log((1 + total) / (1 + seen[f])) + 1 for f in known], dtype=np.float32
        )
        self.unknown_idf = math.log((1 + total) / 2) + 1

    @property
    def width(self) -> int:
        return len(self.columns) + 1

    def vector(self, document: Counter[str]) -> Tuple[List[int], List[float]]:
        """Columns and values of one document."""
        columns: List[int] = []
        values: List[float] = []
        known = unknown = 0.0
        for feature, count in document.items():
            column = self.columns.get(feature)
            frequency = 1 + math.log(count)
            if column is None:
                unknown += (frequency * self.unknown_idf) ** 2
            else:
                value = frequency * float(self.idf[column])
                columns.append(column)
                values.append(value)
                known += value * value
        if unknown:
            columns.append(len(self.columns))
            values.append(math.sqrt(unknown))
        length = math.sqrt(known + unknown) or 1.0
        return columns, [self.weight * value / length for value in values]


class Featurizer:
    """`fit` once on all training sentences; `vector` gives the same columns ever after."""

    def __init__(self, weights: Dict[str, float], synonyms: Dict[str, Set[str]]) -> None:
        self.views = {name: View(weight) for name, weight in weights.items() if weight > 0}
        self.concepts = Concepts(synonyms, normalise)
        self.sounds: Dict[str, str] = {}

    def fit(self, sentences: Sequence[Sentence]) -> None:
        """Raises KeyError for a view that does not exist."""
        self.sounds = _sounds()
        seen: Dict[str, Counter[str]] = {name: Counter() for name in self.views}
        for sentence in sentences:
            documents = self._documents(*sentence)
            for name, counts in seen.items():
                counts.update(documents[name].keys())
        for name, view in self.views.items():
            view.fit(seen[name], len(sentences))

    @property
    def width(self) -> int:
        """How many columns there are."""
        return sum(view.width for view in self.views.values())

    def vector(self, text: str, words: Sequence[str]) -> Tuple[List[int], List[float]]:
        """Columns and values of one sentence."""
        columns: List[int] = []
        values: List[float] = []
        first = 0
        documents = self._documents(text, words)
        for name, view in self.views.items():
            own, weights = view.vector(documents[name])
            columns += [first + column for column in own]
            values += weights
            first += view.width
        return columns, values

    def matrix(self, sentences: Sequence[Sentence]) -> Any:
        """All sentences as a sparse matrix (rows: sentences)."""
        from scipy.sparse import csr_matrix

        indices: List[int] = []
        data: List[float] = []
        ends = [0]
        for text, words in sentences:
            columns, values = self.vector(text, words)
            indices += columns
            data += values
            ends.append(len(indices))
        shape = (len(ends) - 1, self.width)
        return csr_matrix((np.array(data, dtype=np.float32), indices, ends), shape=shape)

    def _documents(self, text: str, words: Sequence[str]) -> Dict[str, Counter[str]]:
        text = normalise(text)
        characters = [BEGIN, *text, END]
        units = [word for word in (normalise(w) for w in words) if word.strip()]
        sounds = [self.sounds.get(character, character) for character in characters]
        concepts = self.concepts.find(text)
        ending = _last_clause(text)
        return {
            "characters": Counter(_grams(characters, 2, "")),
            "words": Counter(units),
            "word_pairs": _pairs(units),
            "sounds": Counter(_grams(sounds, 2, "'")),
            "concepts": Counter(concepts),
            "concept_pairs": _pairs(concepts),
            "ending": Counter([*self.concepts.find(ending), *_grams(ending, 2, "")]),
        }


def _pairs(units: Sequence[str]) -> Counter[str]:
    """Which of them stand in the sentence together, in whatever order."""
    distinct = sorted(list(dict.fromkeys(units))[-MAX_PAIRED:])
    return Counter(f"{a}&{b}" for a, b in combinations(distinct, 2))


def _last_clause(text: str) -> str:
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    if len(clauses) > 1 and len(clauses[-1]) < _SHORTEST_CLAUSE:
        return clauses[-2] + clauses[-1]
    return clauses[-1] if clauses else ""


def _sounds() -> Dict[str, str]:
    """The commonest reading of each character, without its tone."""
    from pypinyin import lazy_pinyin

    characters = [chr(code) for code in _CHARACTERS]
    return {c: lazy_pinyin(c)[0] for c in characters}
