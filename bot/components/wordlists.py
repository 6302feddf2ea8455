"""Reads the lists of names in data/words: a file per kind, in each line a normal form, a tab, what people say.

`none` lists longer words that contain a name but mean something else. Called by words.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "data" / "words"
KINDS = ("region", "business", "relation", "document", "none")


def read_words(path: Path) -> Iterator[tuple[str, str]]:
    """(normal form, name) for each name in a file. Raises ValueError naming the line that has no names."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        normal, tab, names = line.partition("\t")
        if not tab or not names.split():
            raise ValueError(f"{path.name}, line {number}: expected a normal form, a tab and names")
        for name in names.split():
            yield normal, name
