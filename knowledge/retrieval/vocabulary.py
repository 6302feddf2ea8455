"""The field's words as data: synonyms, fillers, contrasts (data/*.yaml), and the words jieba must not cut."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import yaml

from knowledge.retrieval.normalise import normalise

DATA = Path(__file__).parent / "data"

# Before a wording of contrasts.yaml: it names no side, and hides those inside it.
HIDES = "~"
# A group made of the topics: what an article is about is asked after as the sides of a contrast are.
TOPIC_GROUP = "话题"
_GRADES = re.compile(r"(\d{1,2})级?(?:到|至| )(\d{1,2})级")


def _normalise_term(term: str) -> str:
    return HIDES + normalise(term) if term.startswith(HIDES) else normalise(term)


def _blank_side(side_of: dict[str, str], match: re.Match[str]) -> str:
    return " " if side_of[match.group()] else match.group()


def _every_grade(match: re.Match[str]) -> str:
    """1级到4级, 1至4级: names the grades between as well."""
    low, high = int(match.group(1)), int(match.group(2))
    return " ".join(f"{grade}级" for grade in range(low, high + 1)) or match.group()


def _alternation(terms: list[str]) -> re.Pattern[str]:
    # Longest first: 提取不了 must not be read as 提取.
    return re.compile(
        "|".join(re.escape(t) for t in sorted(terms, key=len, reverse=True)) or r"(?!)"
    )


@dataclass(frozen=True)
class Vocabulary:
    """`synonyms`: concept -> wordings. `contrasts`: groups of sides that exclude each other, side -> wordings.

    `must_be_said`: groups of which a side may never be taken for granted. `aspects`: concepts that say what is
    asked of a thing; `topics`: concepts that make a question stand alone.
    """

    synonyms: dict[str, list[str]]
    fillers: list[str]
    contrasts: dict[str, dict[str, list[str]]]
    words: list[str]
    must_be_said: frozenset[str] = frozenset()
    aspects: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()

    @classmethod
    def load(cls, folder: Path = DATA) -> Vocabulary:
        """Read the files of `folder`."""
        field: dict[str, Any] = yaml.safe_load((folder / "synonyms.yaml").read_text("utf-8"))
        contrasts = yaml.safe_load((folder / "contrasts.yaml").read_text("utf-8"))
        topics: list[str] = field["topics"]
        synonyms = {
            name: [normalise(t) for t in [name, *terms]]
            for name, terms in field["synonyms"].items()
        }
        return cls(
            synonyms=synonyms,
            fillers=[normalise(text) for text in field["fillers"]],
            contrasts={
                group: {side: [_normalise_term(t) for t in terms] for side, terms in sides.items()}
                for group, sides in contrasts["groups"].items()
            }
            | {TOPIC_GROUP: {topic: [] for topic in topics}},
            words=[normalise(word) for word in field["words"]],
            must_be_said=frozenset(contrasts["must_be_said"]),
            aspects=frozenset(field["aspects"]),
            topics=frozenset(topics),
        )

    @cached_property
    def _concepts_of(self) -> dict[str, list[str]]:
        result: dict[str, list[str]] = {}
        for name, terms in self.synonyms.items():
            for term in terms:
                result.setdefault(term, []).append(name)
        return result

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._concepts_of), default=0)

    @cached_property
    def _filler_pattern(self) -> re.Pattern[str]:
        return _alternation(self.fillers)

    @cached_property
    def _contrast_patterns(self) -> list[tuple[str, re.Pattern[str], dict[str, str]]]:
        result = []
        for group, sides in self.contrasts.items():
            side_of = {
                term.removeprefix(HIDES): "" if term.startswith(HIDES) else side
                for side, terms in sides.items()
                for term in terms
            }
            result.append((group, _alternation(list(side_of)), side_of))
        return result

    @cached_property
    def _aspect_pattern(self) -> re.Pattern[str]:
        # A single character (付, 支) is part of other words too often.
        terms = [t for name in self.aspects for t in self.synonyms.get(name, ()) if len(t) > 1]
        return _alternation(terms)

    def without_aspects(self, text: str) -> str:
        """Normalised `text` without the words that say what is asked of its subject."""
        return " ".join(self._aspect_pattern.sub(" ", text).split())

    def without_sides(self, text: str, groups: Iterable[str]) -> str:
        """Normalised `text` without the words that name a side of one of `groups`."""
        wanted = set(groups)
        for group, pattern, side_of in self._contrast_patterns:
            if group in wanted:
                text = pattern.sub(partial(_blank_side, side_of), text)
        return " ".join(text.split())

    def spoken_terms(self) -> list[str]:
        """The terms of the field worth recognising by their sound alone.

        Short ones only from the chosen `words`: too many pairs of characters sound like some concept's name.
        """
        names = [n for n in self.synonyms if n not in self.aspects and len(n) > 2]
        return list(dict.fromkeys([*self.words, *map(normalise, names)]))

    def strip_fillers(self, text: str) -> str:
        """Normalised `text` without 请问, 您好, 谢谢; unchanged when nothing else would be left."""
        return " ".join(self._filler_pattern.sub(" ", text).split()) or text

    def concepts(self, text: str) -> list[str]:
        """The concepts named in normalised `text`, each once.

        Terms inside longer ones count as well: 失业保险金 names 失业金, 失业保险 and 失业.
        """
        found: dict[str, None] = {}
        for start in range(len(text)):
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                for name in self._concepts_of.get(text[start:end], ()):
                    found[name] = None
        return list(found)

    def sides(self, text: str) -> dict[str, frozenset[str]]:
        """For each contrast group named in normalised `text`, the sides it names."""
        result = {}
        text = _GRADES.sub(_every_grade, text)
        for group, pattern, side_of in self._contrast_patterns:
            found = frozenset(side_of[m.group()] for m in pattern.finditer(text)) - {""}
            if found:
                result[group] = found
        if TOPIC_GROUP in self.contrasts and (
            named := self.topics.intersection(self.concepts(text))
        ):
            result[TOPIC_GROUP] = named
        return result
