"""A knowledge base of any size for benchmarks: the shipped articles recombined, with places and typing errors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import yaml

from knowledge.articles.seed import CONTENT
from knowledge.retrieval.entries import Entry

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SEED = 20261122
# Parts of made-up place names: some 30,000 of them, so that words grow with the base as they do in life.
_FIRST = "青白金玉清云龙凤东西南北安平永长宁和新福海江河湖石松柏柳桃梅兰竹梨枫桐"
_SECOND = "山水河江湖溪泉岭原田园林桥塘湾港沙洲坪沟峰崖陵阳阴城堡寨铺集庄屯"
_KINDS = ["区", "县", "镇", "街道", "分中心", "公司", "开发区", "管理部"]


@dataclass(frozen=True)
class InventedBase:
    """`queries`: (text, position of the entry it was made from); none of the texts is a wording."""

    entries: list[Entry]
    queries: list[tuple[str, int]]

    @property
    def wordings(self) -> int:
        return sum(len(e.wordings) for e in self.entries)


def shipped_entries() -> list[Entry]:
    """The shipped articles as the index sees them, without a database."""
    return [
        _entry(row, file)
        for path in sorted(CONTENT.glob("articles/**/*.yaml"))
        for file in [yaml.load(path.read_text("utf-8"), Loader=_LOADER)]  # noqa: S506 - a safe loader
        for row in file["articles"]
    ]


def invent(wordings: int, queries: int, *, seed: int = _SEED) -> InventedBase:
    """About `wordings` wordings: the shipped articles first, then recombined ones. The same for the same seed."""
    choice = random.Random(seed)
    shipped = shipped_entries()
    entries: list[Entry] = []
    total = 0
    for entry in _articles(shipped, choice):
        entries.append(entry)
        total += len(entry.wordings)
        if total >= wordings:
            break
    asked = []
    for _ in range(queries):
        position = choice.randrange(len(entries))
        asked.append((_mistype(choice.choice(entries[position].wordings), choice), position))
    return InventedBase(entries, asked)


def _articles(shipped: Sequence[Entry], choice: random.Random) -> Iterator[Entry]:
    yield from shipped
    number = 0
    while True:
        for entry in shipped:
            number += 1
            yield _recombined(entry, choice.choice(shipped), number, choice)


def _recombined(own: Entry, other: Entry, number: int, choice: random.Random) -> Entry:
    """`own` about another place, some of its wordings ending as those of `other` do."""
    place = choice.choice(_FIRST) + choice.choice(_SECOND) + choice.choice(_KINDS)
    wordings = []
    for text in own.wordings:
        if choice.random() < 0.3:
            text = _cross(text, choice.choice(other.wordings), choice)
        if choice.random() < 0.5:
            text = place + text
        if choice.random() < 0.3:
            text = _mistype(text, choice)
        wordings.append(text[:200])
    lines = own.answer_md.split("\n")
    borrowed = other.answer_md.split("\n")
    answer = [choice.choice(borrowed) if choice.random() < 0.2 else line for line in lines]
    return replace(
        own, article_id=f"invented-{number}", key=f"invented-{number}", question=wordings[0],
        similar=tuple(wordings[1:]), answer_md="\n".join([f"{place}：", *answer]), next=(),
    )  # fmt: skip


def _cross(own: str, other: str, choice: random.Random) -> str:
    return own[: choice.randint(2, max(2, len(own) - 2))] + other[len(other) // 2 :]


def _mistype(text: str, choice: random.Random) -> str:
    """A character lost, doubled, replaced or two of them swapped, as typing does."""
    place = choice.randrange(len(text))
    kind = choice.randrange(4)
    if kind == 0:
        return text[:place] + text[place + 1 :] or text
    if kind == 1:
        return text[:place] + text[place] + text[place:]
    if kind == 2:
        return text[:place] + chr(choice.randrange(0x4E00, 0x6E00)) + text[place + 1 :]
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _entry(row: dict[str, Any], file: dict[str, Any]) -> Entry:
    return Entry(
        article_id=row["key"], key=row["key"], question=row["question"], similar=tuple(row.get("similar", ())),
        answer_md=row["answer"], citations=(), category=row.get("category", file.get("category", "")),
        business=row.get("business", file.get("business", "综合")), region=row.get("region", "全国"),
        internal=row.get("audience") == "internal", first=row.get("effective_from", date.min),
        last=row.get("effective_to", date.max),
    )  # fmt: skip
