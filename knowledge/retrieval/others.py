"""Keeps the hours and telephone of our own service apart from everybody else's (data/others.yaml). Used by index.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.folding import MAY
from knowledge.retrieval.normalise import normalise
from knowledge.retrieval.vocabulary import DATA

# The tag of articles about the service itself.
OF_THE_SERVICE = "服务须知"


@dataclass(frozen=True)
class Others:
    """`names` finds others' offices in a normalised text; `neutral` words say nothing of whom it is about."""

    names: re.Pattern[str]
    neutral: frozenset[str]

    @classmethod
    def load(cls, file: Path = DATA / "others.yaml") -> Others:
        data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        names = [re.escape(normalise(name)) for group in data["others"] for name in group]
        return cls(re.compile("|".join(names)), frozenset(map(normalise, data["neutral"])))

    def meant(self, text: str, told: Iterable[str], analyser: Analyser) -> bool:
        """Whether `text` is about somebody else than an article about the service, which tells `told`."""
        asked = analyser(text)
        if self.names.search(asked.text):
            return True
        held = [analyser(line) for line in told]
        concepts = {concept for line in held for concept in line.concepts}
        return any(
            word not in self.neutral
            and concepts.isdisjoint(analyser.vocabulary.concepts(word))
            and not any(word in line.text or word in line.folded for line in held)
            for word in _whole_words(asked.folded.strip(MAY) or asked.text, analyser)
        )


def _whole_words(text: str, analyser: Analyser) -> list[str]:
    """The words of `text` with two characters and more. What the dictionary does not know (微信) is one as well."""
    joined = "".join(word if len(word) == 1 else f" {word} " for word in analyser.cut(text))
    return [word for word in joined.split() if len(word) > 1]
