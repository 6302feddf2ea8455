"""What ships: intents with their examples, reply texts, regression sentences. Read once from the project's files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.editing.errors import IntentUnknown
from bot.editing.texts import key_of, words_of
from core.settings import ROOT

GROUPS = {
    "people": "找人与情绪",
    "dialogue": "对话",
    "task": "办事",
    "service": "服务信息",
    "topic": "政策咨询",
    "outside": "范围之外",
    "own": "自己添加的",
}
# The one in C where there is one: the examples are a few thousand lines.
# What the words in braces of reply texts stand for.
WORDS = {
    "salutation": "时段问候（早上好）",
    "place": "接入点（这里是…，）",
    "agent": "接待过的客服",
}
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# [三千](amount) and [三千]{"entity": "amount"}, of which the citizen would write 三千.
_MARKUP = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True)
class ShippedIntent:
    name: str
    group: str
    title: str
    means: str


@dataclass(frozen=True)
class ShippedReply:
    """`buttons` are (label, what it sends)."""

    name: str
    title: str
    when: str
    variants: tuple[str, ...]
    buttons: tuple[tuple[str, str], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words in braces that the program fills in."""
        return tuple(dict.fromkeys(w for variant in self.variants for w in words_of(variant)))


@dataclass(frozen=True)
class Sentence:
    text: str
    intent: str


@dataclass(frozen=True)
class Catalogue:
    """`owners`: the intent of each example, by key_of(text)."""

    intents: Mapping[str, ShippedIntent]
    examples: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]
    replies: Mapping[str, ShippedReply]
    regression: tuple[Sentence, ...]

    def intent(self, name: str) -> ShippedIntent:
        """Raises IntentUnknown."""
        if name not in self.intents:
            raise IntentUnknown(intent=name)
        return self.intents[name]


@lru_cache(maxsize=2)
def shipped(root: Path = ROOT) -> Catalogue:
    """The catalogue of the product under `root`; its files do not change while the server runs."""
    intents = {
        name: ShippedIntent(name, group, text["title"], text["means"])
        for group, members in _read(root / "bot/intents.yml").items()
        for name, text in members.items()
    }
    examples = {name: tuple(texts) for name, texts in _examples(root / "data/nlu").items()}
    owners = {key_of(text): name for name, texts in examples.items() for text in texts}
    lines = (root / "bot/regression.jsonl").read_text("utf-8").splitlines()
    regression = tuple(Sentence(**json.loads(line)) for line in lines if line.strip())
    return Catalogue(intents, examples, owners, dict(_replies(root)), regression)


def _read(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        loaded: dict[str, Any] | None = yaml.load(file, _LOADER)  # noqa: S506 - it is a safe one
    return loaded or {}


def _examples(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.yml")):
        for block in _read(path).get("nlu") or []:
            if "intent" in block:
                texts = found.setdefault(block["intent"], [])
                texts += [_plain(t) for t in _lines(block.get("examples") or "")]
    return found


def _lines(examples: str | list[Any]) -> Iterator[str]:
    if isinstance(examples, list):
        yield from (str(e["text"] if isinstance(e, dict) else e).strip() for e in examples)
        return
    for line in examples.splitlines():
        if line.strip().startswith("-"):
            yield line.strip()[1:].strip()


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\1", text)


def _replies(root: Path) -> Iterator[tuple[str, ShippedReply]]:
    titles = _read(root / "bot/reply_titles.yml")
    for name, variants in (_read(root / "domain.yml").get("responses") or {}).items():
        texts = tuple(v["text"] for v in variants if v.get("text"))
        if not texts:
            continue
        buttons = tuple((b["title"], b["payload"]) for b in variants[0].get("buttons") or [])
        told = titles.get(name) or {}
        title, when = str(told.get("title") or name), str(told.get("when") or "")
        yield name, ShippedReply(name, title, when, texts, buttons)
