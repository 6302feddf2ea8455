"""Folds small words that say the same (能取吗, 可以提取么), so that questions that differ in nothing else are equal.

The index compares folded wordings with the folded question; the words come from data/folding.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.retrieval.vocabulary import DATA

# The words of `fund_words` mean the same only of this.
FUND = "公积金"
# Stands in front of what asks whether something may be done; no text holds it after normalise().
MAY = "?"
# A folded text with less could be anybody's question.
SHORTEST = 3
_END_OF_A_WORD = "(?<![什怎这那多要])"


@dataclass(frozen=True)
class Words:
    """Finds the longest known word in each place. `meaning`: what each is put down as, "" to leave it out."""

    pattern: re.Pattern[str]
    meaning: dict[str, str]

    @classmethod
    def of(cls, meaning: dict[str, str]) -> Words:
        longest_first = sorted(meaning, key=len, reverse=True)
        return cls(re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"), meaning)

    def put(self, text: str) -> str:
        return self.pattern.sub(lambda found: self.meaning[found.group()], text)


@dataclass(frozen=True)
class Folding:
    """`usual` holds for every text, `fund` for one that names the fund; `ends` and `ordered` are patterns."""

    usual: Words
    fund: Words
    ends: re.Pattern[str]
    ordered: re.Pattern[str]

    @classmethod
    def load(cls, file: Path = DATA / "folding.yaml") -> Folding:
        """Read the words. Raises KeyError for a list that is missing."""
        data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        plain = dict.fromkeys(data["drop"], "") | dict.fromkeys(data["may"], MAY)
        plain |= _meanings(data["words"]) | {word: word for word in data["keep"]}
        ends = "|".join(sorted(data["ends"], key=len, reverse=True))
        return cls(
            usual=Words.of(plain),
            fund=Words.of(_meanings(data["fund_words"]) | plain),
            ends=re.compile(f"{_END_OF_A_WORD}(?:{ends})$"),
            ordered=re.compile("|".join(map(re.escape, data["ordered"]))),
        )

    def hangs_on_order(self, folded: str) -> bool:
        """Whether the same words the other way round could ask something else."""
        return bool(self.ordered.search(folded))

    def __call__(self, text: str) -> str:
        """What is left of a normalised text; "" when that says too little to know a question by."""
        text = text.replace(" ", "")
        text = (self.fund if FUND in text else self.usual).put(text)
        may, text = MAY in text, text.replace(MAY, "")
        while (shorter := self.ends.sub("", text)) != text:
            text = shorter
        if len(text) < SHORTEST:
            return ""
        return MAY + text if may else text


def _meanings(groups: list[list[str]]) -> dict[str, str]:
    return {word: group[0] for group in groups for word in group}
