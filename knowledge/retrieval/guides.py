"""Knows what to offer somebody who only names a topic: 公积金, 贷款, 退休. Used by search.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.retrieval.normalise import normalise
from knowledge.retrieval.vocabulary import DATA

# 我想咨询公积金的问题 names no more than 公积金 does.
_BEFORE = re.compile(
    r"^(?:我|想|要|需要|来|问问|问|咨询|了解|说说|讲讲|办理|办|一下|下|关于|有关|那个|那|这个|的)+"
)
_AFTER = re.compile(
    r"(?:的|方面|相关|有关|问题|事情|事儿|事|业务|政策|知识|办理|咨询|服务|呢|吗|啊|呀|吧|哦|嘛)+$"
)


@dataclass(frozen=True)
class Guide:
    """`articles` are keys, most asked first; `task` is what the citizen may say to have it done, or ""."""

    topic: str
    articles: tuple[str, ...]
    task: str


@dataclass(frozen=True)
class Guides:
    """The guides by the words that name their topic."""

    by_word: Mapping[str, Guide]

    @classmethod
    def load(cls, file: Path = DATA / "guides.yaml") -> Guides:
        """Raises ValueError when a word names two topics."""
        data: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
        found: dict[str, Guide] = {}
        for topic, row in data.items():
            guide = Guide(topic, tuple(row["articles"]), row.get("task", ""))
            for word in map(normalise, row["words"]):
                if word in found:
                    raise ValueError(f"{file.name}: {word} names {found[word].topic} and {topic}")
                found[word] = guide
        return cls(found)

    def of(self, text: str) -> Guide | None:
        """The guide of a normalised text that names a topic and asks nothing of it."""
        text = text.replace(" ", "")
        found = self.by_word.get(text)
        if found is None:
            found = self.by_word.get(_AFTER.sub("", _BEFORE.sub("", text)))
        return found
