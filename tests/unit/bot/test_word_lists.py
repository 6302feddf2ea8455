"""The lists of words in data/words: well-formed, without doubles, and as docs/nlu-values.md promises."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.components.wordlists import KINDS, WORDS, read_words
from core.settings import ROOT

PAGE = (ROOT / "docs" / "nlu-values.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_stands_once_in_a_list(kind: str) -> None:
    names = Counter(name for _, name in read_words(WORDS / f"{kind}.txt"))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_name_is_in_two_lists() -> None:
    names = Counter(name for kind in KINDS for _, name in read_words(WORDS / f"{kind}.txt"))
    assert [name for name, count in names.items() if count > 1] == []


def test_businesses_are_categories_of_articles() -> None:
    tree = yaml.safe_load((ROOT / "knowledge" / "content" / "categories.yaml").read_text("utf-8"))
    categories = {name for names in tree.values() for name in names}
    assert {normal for normal, _ in read_words(WORDS / "business.txt")} <= categories


@pytest.mark.parametrize("kind", ["business", "relation"])
def test_the_words_in_the_definition_are_in_the_list(kind: str) -> None:
    listed = set(read_words(WORDS / f"{kind}.txt")) | set(read_words(WORDS / "document.txt"))
    section = PAGE.split(f"**`{kind}`**")[1].split("\n**`")[0]
    rows = re.findall(r"^\| (\S+) \| ([^|]+) \|$", section, re.MULTILINE)
    promised = [
        (value, word)
        for value, words in rows
        if value != "value"
        for word in re.split(r"[;；]", words)[0].split()
        if len(word) > 1 and "behind" not in words
    ]
    assert len(promised) > 10
    assert [pair for pair in promised if pair not in listed] == []


@pytest.mark.parametrize("name", ["杭州", "广西壮族自治区", "恩施州", "香港特别行政区", "济源市"])
def test_regions_of_every_form_are_listed(name: str) -> None:
    assert name in {said for _, said in read_words(WORDS / "region.txt")}


def test_a_line_without_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "region.txt"
    path.write_text("# comment\n杭州\n", "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        list(read_words(path))
