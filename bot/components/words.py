"""Finds the words that name a region, a business, a relation or a paper. Called by entities.py.

spaCy's EntityRuler finds the names (the longest wins, without overlaps) and gives their normal forms; jieba's words
say whether the name of a place is only part of a longer word (上海大学, 和田玉). The names: data/words.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jieba

from bot.components.reading import Value, plain
from bot.components.wordlists import KINDS, WORDS, read_words

# None of spaCy's parts that we use needs these; each costs seconds and hundreds of megabytes to import.
_HEAVY = ("tensorflow", "torch", "cupy", "mxnet")
# What makes the name of a place part of another name: 北京路, 南京银行, 中山公园, 北京西路, 吉安县.
_OTHER_NAME = re.compile(
    r"[东西南北中新老]?(?:[路街巷弄镇乡村县桥塔旗]|(?<!市)区(?![域别])|大道|胡同|大厦|广场|花园|公园|酒店|宾馆|饭店|医院|大学|学院|中学|小学"
    r"|银行|火?车?站|机场|小区|新村|拉面|菜)"
)
# 认定对象, 服务的对象: those something is for, not a partner.
_NO_PARTNER = re.compile(
    r"(?:认定|参保|缴存|保障|服务|申请|贷款|提取|适用|发放|补贴|享受|调整)的?$"
)
# 杭州市区, 上海人: one word for jieba, and still the place. 朝阳区 is ruled out before.
_SAME_PLACE = ("区", "市区", "城区", "郊区", "地区", "人", "话", "户口")
# How far a longer word can reach around a name.
_AROUND = 6
# 我爸, 我先生: the pronoun is not part of the mention; in 我本人 and 我自己 it is.
_PRONOUNS = tuple("我俺咱他她你")
_WHOLE = ("self",)
# A paper that is a business as well.
_BOTH = {("document", "社保卡"): ("business", "社保卡")}
_NUMBER_OF = re.compile(r"(?:复印件|原件)?(?:号码?|账号)")


class WordList:
    """The names of data/words. Building one takes about a second, most of it for importing spaCy."""

    def __init__(self, folder: Path = WORDS) -> None:
        with _without(_HEAVY):
            import spacy
        # In a blank pipeline every character is a token, so places in the text stay right.
        self._nlp = spacy.blank("zh")
        self._ruler = self._nlp.add_pipe("entity_ruler")
        self._names: dict[str, str] = {}
        patterns = []
        for kind in KINDS:
            for normal, name in read_words(folder / f"{kind}.txt"):
                patterns.append({"label": kind, "pattern": name, "id": normal})
                self._names[name] = normal
                # So that 我爸 does not win over 爸爸 in 我爸爸.
                if kind == "relation" and normal != "self" and not name.startswith(_PRONOUNS):
                    patterns += [
                        {"label": kind, "pattern": pronoun + name, "id": normal}
                        for pronoun in _PRONOUNS
                    ]
        self._ruler.add_patterns(patterns)

    def find(self, text: str) -> list[Value]:
        """The words of a text from left to right; they do not overlap, but 社保卡 is a paper and a business."""
        text = plain(text)
        found: list[Value] = []
        for span in self._nlp(text).ents:
            start, end = span.start_char, span.end_char
            kind, normal = span.label_, span.ent_id_
            if kind == "none" or (span.text == "对象" and _NO_PARTNER.search(text[:start])):
                continue
            stop = self._end(kind, text, start, end)
            if stop is None:
                continue
            if stop < end:
                end, normal = stop, self._names[text[start:stop]]
            if kind == "document" and _NUMBER_OF.match(text, end):
                continue
            if kind == "relation" and normal not in _WHOLE and text.startswith(_PRONOUNS, start):
                start += 1
            found.append(Value(kind, normal, start, end))
            if (kind, normal) in _BOTH:
                found.append(Value(*_BOTH[kind, normal], start, end))
        return found

    def _end(self, kind: str, text: str, start: int, end: int) -> int | None:
        """Where a name really ends, None when it is no name here. 杭州市民 is 杭州 and 市民."""
        pronoun = text.startswith(_PRONOUNS, start)
        short_relation = kind == "relation" and end - start == 2 and not pronoun
        if kind != "region" and not short_relation:
            return end
        if not self._part_of_another(kind, text, start, end):
            return end
        shorter = kind == "region" and text[start : end - 1] in self._names
        if shorter and not self._part_of_another(kind, text, start, end - 1):
            return end - 1
        return None

    def _part_of_another(self, kind: str, text: str, start: int, end: int) -> bool:
        """Whether a name is only part of a longer name, or lies across two words (妇女|儿童, 城西|安置)."""
        if kind == "region" and _OTHER_NAME.match(text, end):
            return True
        at = max(0, start - _AROUND)
        for word in jieba.cut(text[at : end + _AROUND]):
            stop = at + len(word)
            if at < start < stop < end or start < at < end < stop:
                return True
            if at <= start and end <= stop:
                inside = at < start and end < stop
                same_place = at == start and text[end:stop] in _SAME_PLACE
                longer = len(word) > end - start and word not in self._names and not same_place
                return longer and (inside or kind == "region")
            at = stop
        return False


@contextmanager
def _without(modules: tuple[str, ...]) -> Iterator[None]:
    """Let an import go on as if these were not installed, unless they are loaded already."""
    hidden = [name for name in modules if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
