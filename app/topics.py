"""The wordings of the knowledge articles as examples for the classifier, each under its intent (data/topics.yml).

An article's question and similar questions are how citizens ask about its topic. The shipped content is taken,
not the database: a model then depends on the project alone, and a new home trains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.editing.catalogue import shipped
from bot.editing.texts import key_of
from core.errors import BangbanError
from core.settings import ROOT
from knowledge.articles.seed import CONTENT, read_file

TOPICS = ROOT / "data" / "topics.yml"


class TopicMissing(BangbanError):
    """Details: `article`."""

    code, default_message = "topic_missing", "有知识条目没有对应的意图。"


def topic_of(key: str, category: str, topics: dict[str, Any]) -> str:
    """The intent of an article: its own entry, else that of its category's last part. Raises TopicMissing."""
    own = [intent for intent, keys in topics["articles"].items() if key in keys]
    found = own[0] if own else topics["categories"].get(category.rpartition("/")[2])
    if found is None:
        raise TopicMissing(
            f"data/topics.yml 没有写明知识分类“{category}”属于哪个意图。", article=key
        )
    return str(found)


def topic_examples(content: Path = CONTENT, topics: Path = TOPICS) -> dict[str, list[str]]:
    """The wordings of all articles by intent, each once. Raises TopicMissing, ContentFileInvalid.

    A wording that the bot's own data give another intent (组合贷 is the answer to a question) is left out.
    """
    table = yaml.safe_load(topics.read_text("utf-8"))
    owners = shipped().owners
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for path in sorted(content.glob("articles/**/*.yaml")):
        file = read_file(path)
        for key, article in file.articles.items():
            topic = topic_of(key, file.category, table)
            wordings = _new([article.question, *article.similar], seen)
            texts = found.setdefault(topic, [])
            texts += [text for text in wordings if owners.get(key_of(text), topic) == topic]
    return found


def _new(texts: Iterable[str], seen: set[str]) -> list[str]:
    fresh = [text for text in dict.fromkeys(texts) if text not in seen]
    seen.update(fresh)
    return fresh
