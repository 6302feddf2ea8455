"""Sensitive words: lists of them, and how they are found in what people write. Pure; book.py keeps it current.

A word is found however it is dressed up: full width, capitals, traditional characters,
blanks, punctuation or unseen characters in between.
Chinese has no blanks between words, so a sign between two sentences may join what does not belong together
(这个办法，轮到您): such a find counts only where it does not grow into the text on both sides. Words in letters and
digits are found as whole words only, so that `ass` is not in `class`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import ahocorasick
import opencc
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Direction = Literal["agent", "citizen", "both"]
Action = Literal["mask", "refuse"]

MAX_WORD = 64
MAX_WORDS = 50_000
MASK = "***"
REFUSAL = "您的消息里有不允许发送的用语，请换一种说法再发送。"
# Longer stretches between two characters are not dressing up.
_MAX_GAP = 12
# Signs that end or part sentences, where two words meet that have nothing to do with each other.
_STOPS = frozenset("，。！？；：、,.!?;:…\n()（）[]【】《》<>“”‘’\"'—")


class WordList(BaseModel):
    """`action` is what happens to citizens' messages; agents' are never sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=64)
    words: list[str] = Field(default=[], max_length=MAX_WORDS)
    direction: Direction = "both"
    action: Action = "mask"
    enabled: bool = True

    @field_validator("words")
    @classmethod
    def _clean(cls, value: list[str]) -> list[str]:
        words = list(dict.fromkeys(word.strip() for word in value if word.strip()))
        for word in words:
            if len(word) > MAX_WORD:
                raise ValueError(f"“{word[:12]}…”超过 {MAX_WORD} 个字")
            core = folded(word)
            if not core or (len(core) == 1 and core.isascii()):
                raise ValueError(f"“{word}”太短：至少要一个汉字或两个字母、数字")
        return words


def _shipped() -> list[WordList]:
    return [WordList(name="示例词表（停用，请换成本单位的）", words=["示例敏感词"], enabled=False)]


class WordsConfig(BaseModel):
    """The lists as a stored document. `refusal` is what a citizen is told whose message is not taken."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    lists: list[WordList] = Field(default_factory=_shipped, max_length=50)
    refusal: str = Field(default=REFUSAL, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _together(self) -> WordsConfig:
        if sum(len(each.words) for each in self.lists) > MAX_WORDS:
            raise ValueError(f"所有词表合起来最多 {MAX_WORDS} 个词")
        names = [each.name for each in self.lists]
        if len(set(names)) < len(names):
            raise ValueError("词表的名称不能重复")
        return self


_simplified = opencc.OpenCC("t2s").convert


class _Fold(dict[int, str]):
    """For str.translate: what of a character is compared, "" for what only dresses up. Filled as characters come."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).casefold()
        kept = "".join(c for c in plain if c.isalnum())
        self[code] = kept = kept if kept.isascii() else _simplified(kept)
        return kept


_FOLD = _Fold()


def folded(text: str) -> str:
    """The letters and digits of the text, in one spelling."""
    return text.translate(_FOLD)


@dataclass(frozen=True)
class Found:
    """A word of a list in `text[start:end]`, with whatever was put between its characters."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class _Entry:
    """A listed word. `parted`: after which of its characters it has a gap of its own (hot line)."""

    word: str
    parted: frozenset[int]


class WordFilter:
    """Finds the words of the enabled lists. Built once; asking it costs a few microseconds."""

    def __init__(self, config: WordsConfig) -> None:
        self.refusal = config.refusal
        on = [each for each in config.lists if each.enabled]
        citizens = [each for each in on if each.direction != "agent"]
        self._blocked = _automaton(each for each in on if each.direction != "citizen")
        self._refused = _automaton(each for each in citizens if each.action == "refuse")
        self._masked = _automaton(each for each in citizens if each.action == "mask")

    def blocked(self, text: str) -> list[str]:
        """The words for which an agent may not send the text."""
        return _words(_find(self._blocked, text))

    def refused(self, text: str) -> list[str]:
        """The words for which a citizen's text is not taken."""
        return _words(_find(self._refused, text))

    def masked(self, text: str) -> str:
        """A citizen's text with what is to be masked replaced."""
        found = sorted(_find(self._masked, text), key=lambda each: each.start)
        pieces, at = [], 0
        for each in found:
            if each.start >= at:
                pieces += [text[at : each.start], MASK]
            at = max(at, each.end)
        return "".join([*pieces, text[at:]]) if found else text


def _words(found: Iterable[Found]) -> list[str]:
    return list(dict.fromkeys(each.word for each in found))


def _automaton(lists: Iterable[WordList]) -> ahocorasick.Automaton | None:
    words: dict[str, _Entry] = {}
    for each in lists:
        for word in each.words:
            words.setdefault(folded(word), _Entry(word, frozenset(_gaps(word, _places(word)))))
    if not words:
        return None
    automaton = ahocorasick.Automaton()
    for core, entry in words.items():
        automaton.add_word(_bytewise(core), (core, entry))
    automaton.make_automaton()
    return automaton


def _bytewise(core: str) -> str:
    """A character per byte: the library walks along all that may follow, and Chinese has thousands of characters."""
    return core.encode("utf-8", "surrogatepass").decode("latin-1")


def _charwise(searched: str) -> str:
    return searched.encode("latin-1").decode("utf-8", "surrogatepass")


def _find(automaton: ahocorasick.Automaton | None, text: str) -> list[Found]:
    if automaton is None:
        return []
    searched = _bytewise(folded(text))
    hits = list(automaton.iter(searched))
    if not hits:
        return []
    places = _places(text)
    return [
        found
        for last, (core, entry) in hits
        for found in _judged(text, places, len(_charwise(searched[: last + 1])), core, entry)
    ]


def _judged(text: str, places: list[int], upto: int, core: str, entry: _Entry) -> Iterator[Found]:
    """The hit that ends after `upto` folded characters, if it counts."""
    own = places[upto - len(core) : upto]
    start, end = own[0], own[-1] + 1
    before, after = text[:start][-1:], text[end : end + 1]
    if (core[0].isascii() and _is_ascii(before)) or (core[-1].isascii() and _is_ascii(after)):
        return
    gaps = {place: gap for place, gap in _gaps(text, own).items() if place not in entry.parted}
    if any(len(gap) > _MAX_GAP for gap in gaps.values()):
        return
    everywhere = len(gaps) == len(core) - 1
    if gaps and core.isascii() and not everywhere:
        return
    parted = any(_STOPS.intersection(gap) for gap in gaps.values())
    if parted and not (everywhere and len(core) > 2) and folded(before) and folded(after):
        return
    yield Found(start, end, entry.word)


def _is_ascii(char: str) -> bool:
    """Whether a neighbour is a letter or digit of the same word."""
    kept = folded(char)
    return bool(kept) and kept.isascii()


def _places(text: str) -> list[int]:
    """For each character of folded(text): where it stands in the text."""
    return [place for place, char in enumerate(text) for _ in _FOLD[ord(char)]]


def _gaps(text: str, places: list[int]) -> dict[int, str]:
    """What stands between a character and the next of `places`, by number of the first; nothing: missing."""
    return {n: text[a + 1 : b] for n, (a, b) in enumerate(pairwise(places)) if b > a + 1}
