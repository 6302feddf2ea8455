"""The concepts a sentence names, whatever their wording: 瞅一眼, 查查 and 看看 are one. Standard library only.

The wordings are data: files with `synonyms: {concept: [wording, ...]}`, named in config.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Set

import yaml


def read(paths: Iterable[Path]) -> Dict[str, Set[str]]:
    """Concept -> its wordings and its own name, of all files together."""
    found: Dict[str, Set[str]] = {}
    for path in paths:
        table: Dict[str, List[Any]] = yaml.safe_load(path.read_text("utf-8"))["synonyms"]
        for concept, wordings in table.items():
            found.setdefault(concept, {concept}).update(str(wording) for wording in wordings)
    return found


class Concepts:
    """Finds wordings in texts; `normalise` is what the texts have gone through."""

    def __init__(self, table: Dict[str, Set[str]], normalise: Callable[[str], str]) -> None:
        self._concepts: Dict[str, List[str]] = {}
        for concept, wordings in sorted(table.items()):
            for wording in {normalise(wording) for wording in wordings} - {""}:
                self._concepts.setdefault(wording, []).append(concept)
        self._longest = max(map(len, self._concepts), default=0)

    def find(self, text: str) -> List[str]:
        """The concepts in the order they are named. Of wordings inside each other only the longest counts."""
        found: List[str] = []
        end = 0
        for start in range(len(text)):
            # What begins inside the last wording has to reach beyond it.
            least = max(1, end - start + 1)
            for stop in range(min(start + self._longest, len(text)), start + least - 1, -1):
                concepts = self._concepts.get(text[start:stop])
                if concepts:
                    found += concepts
                    end = stop
                    break
        return found
