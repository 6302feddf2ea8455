"""Slips of the pinyin keyboard: 公机金 sounds like 公积金, 带款 like 贷款. Works towards the field's own words."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# pypinyin's dictionary of phrases costs 40 MB and a second; single characters are all that is asked of it.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin.constants import PINYIN_DICT

from knowledge.retrieval.analysis import Analyser

LONGEST = 6
# Editors write down some slips as similar questions; a pair in no more articles than these may still be one.
RARE = 0.006
_HAN = re.compile(r"[\u3400-\u9fff]+")
# What many speakers do not tell apart, and pinyin keyboards offer for each other.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@lru_cache(maxsize=8192)
def syllable(character: str) -> str:
    """The usual reading of a character without its tone, those many people confuse made one; empty for no Han."""
    # The first of the readings: with the rare ones 公园 would sound like 工亡.
    reading = PINYIN_DICT.get(ord(character), "").split(",")[0]
    plain = "".join(c for c in unicodedata.normalize("NFD", reading) if c.isalpha())
    for exact, usual in _ALIKE:
        if plain.startswith(exact):
            plain = usual + plain[len(exact) :]
    return plain.removesuffix("g") if plain.endswith("ng") else plain


def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(syllable, text))


class Speller:
    """Knows how the field's words sound."""

    def __init__(self, analyser: Analyser, use_of: Callable[[str], float]) -> None:
        """`use_of`: share of the articles, 0..1, that have a pair of characters; what many use is no slip."""
        self._analyser = analyser
        self._use_of = use_of
        vocabulary = analyser.vocabulary
        terms = [t for t in vocabulary.spoken_terms() if _HAN.fullmatch(t) and len(t) <= LONGEST]
        self._known = {t for terms in vocabulary.synonyms.values() for t in terms}
        self._by_sound: dict[tuple[str, ...], str] = {}
        for term in terms:
            self._by_sound.setdefault(_sound(term), term)

    def correct(self, text: str) -> str:
        """Normalised `text` with what only sounds like a field's word put right."""
        words = self._analyser.cut(text)
        # 公园 and 预期 are words of their own: only where the rest is about the field may they be slips.
        bold = not self._analyser.vocabulary.topics.isdisjoint(self._analyser(text).concepts)
        result, i = "", 0
        while i < len(words):
            count, term = self._slip_at(words, i, bold)
            result += term or "".join(words[i : i + count])
            i += count
        return result

    def _slip_at(self, words: list[str], first: int, bold: bool) -> tuple[int, str | None]:
        """How many words from `first` on belong together, and the term they sound like, if they do."""
        for last in range(min(first + LONGEST, len(words)), first, -1):
            span = "".join(words[first:last])
            if not 2 <= len(span) <= LONGEST:
                continue
            if span in self._known:
                return last - first, None
            term = self._by_sound.get(_sound(span))
            one_word = last - first == 1 and not bold
            if term and not one_word and not self._used(span):
                return last - first, term
        return 1, None

    def _used(self, span: str) -> bool:
        return all(self._use_of(span[i : i + 2]) > RARE for i in range(len(span) - 1))
