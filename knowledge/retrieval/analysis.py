"""Cuts a text into what the indexes compare: jieba words, character pieces and the field's concepts."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jieba

from knowledge.retrieval.folding import Folding
from knowledge.retrieval.normalise import normalise
from knowledge.retrieval.vocabulary import Vocabulary

# Texts whose analysis is kept: those of a usual knowledge base, about 3 kB each.
REMEMBERED = 8192
_RUNS = re.compile(r"[0-9.%]+万?|[a-z]+|[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Analysis:
    """A text cut up. The lists keep order and repetitions; `sides` are the contrasts it names.

    `folded`: the text without small words that say the same, "" when it says too little (folding.py).
    `asked`: its words in any order, where the order says nothing: 公积金租房能取吗 asks what 租房能取公积金吗 asks.
    """

    text: str
    folded: str
    asked: str
    words: list[str]
    bigrams: list[str]
    characters: list[str]
    concepts: list[str]
    sides: dict[str, frozenset[str]]

    def plain(self) -> list[str]:
        """Words and character pairs; prefixes keep a word apart from an equal pair."""
        return [*(f"w:{w}" for w in self.words), *(f"b:{b}" for b in self.bigrams)]

    def lexical(self) -> list[str]:
        """The plain tokens and the concepts they name."""
        return [*self.plain(), *(f"c:{c}" for c in self.concepts)]

    def features(self) -> list[str]:
        """Tokens of the built-in encoder: the lexical ones and single characters."""
        return [*self.lexical(), *(f"u:{c}" for c in self.characters)]

    def contradicts(self, other: Analysis) -> bool:
        """Whether the two name different sides of something (首套/二套): then they differ on purpose."""
        return any(
            group in other.sides and not sides & other.sides[group]
            for group, sides in self.sides.items()
        )


class Analyser:
    """Loads jieba's dictionary with the field's words once (0.6 s); shared by index and queries."""

    def __init__(
        self, vocabulary: Vocabulary | None = None, *, cache_dir: Path | None = None
    ) -> None:
        self.vocabulary = vocabulary or Vocabulary.load()
        self._fold = Folding.load()
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._analyse)
        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        if cache_dir is not None:
            # jieba caches its parsed dictionary; not in the shared temporary folder, where others could write it.
            cache_dir.mkdir(parents=True, exist_ok=True)
            self._jieba.tmp_dir = str(cache_dir)
        self._jieba.initialize()
        terms = {t for terms in self.vocabulary.synonyms.values() for t in terms}
        added = sorted(w for w in terms | set(self.vocabulary.words) if len(w) > 1)
        # The dictionary's own counts, before adding a word gives it a made-up one.
        self._counts = {w: self._jieba.FREQ.get(w, 0) for w in added}
        self._total = self._jieba.total
        for word in added:
            self._jieba.add_word(word)

    def general_share(self, word: str) -> float:
        """How usual `word` is in general Chinese: its share in the dictionary's counts, never 0."""
        return float((self._counts.get(word, self._jieba.FREQ.get(word, 0)) + 1) / self._total)

    def cut(self, text: str) -> list[str]:
        """Normalised `text` as a sequence of words; joined they are the text again."""
        return list(self._jieba.cut(text, HMM=False))

    def __call__(self, text: str) -> Analysis:
        """Analyse one text of any spelling. An empty or meaningless one gives empty lists."""
        # The same text is cut for the words and again for the vector.
        return self._remembered(text)

    def _analyse(self, text: str) -> Analysis:
        text = self.vocabulary.strip_fillers(normalise(text))
        folded = self._fold(text)
        words = [w for w in self._jieba.cut_for_search(text, HMM=False) if w.strip()]
        bigrams: list[str] = []
        characters: list[str] = []
        for run in _RUNS.findall(text):
            if run[0] < "\u3400":
                characters.append(run)
            else:
                characters.extend(run)
                bigrams.extend(run[i : i + 2] for i in range(len(run) - 1))
        return Analysis(
            text=text,
            folded=folded,
            asked=folded
            if self._fold.hangs_on_order(folded)
            else " ".join(sorted(self.cut(folded))),
            words=words,
            bigrams=bigrams,
            characters=characters,
            concepts=self.vocabulary.concepts(text),
            sides=self.vocabulary.sides(text),
        )
