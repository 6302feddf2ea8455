"""Which intent each knowledge article's wordings are examples of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from app.topics import TOPICS, TopicMissing, topic_examples, topic_of
from bot.editing.catalogue import shipped
from bot.editing.texts import key_of
from bot.evaluation import INTENTS
from knowledge.articles.seed import CONTENT, read_file

TABLE = yaml.safe_load(TOPICS.read_text("utf-8"))
ARTICLES = {
    key: (file.category, article)
    for file in map(read_file, sorted(CONTENT.glob("articles/*.yaml")))
    for key, article in file.articles.items()
}
ARTICLE = """
category: {category}
business: 公积金
articles:
  - key: fund-x
    question: 怎么办
    similar: [如何办, 怎么办]
    answer: 这样办。
    citations: [{{document: 条例}}]
"""


def test_every_article_belongs_to_one_intent_that_exists() -> None:
    named = Counter(key for keys in TABLE["articles"].values() for key in keys)
    assert [key for key, n in named.items() if n > 1 or key not in ARTICLES] == []
    topics = {topic_of(key, category, TABLE) for key, (category, _) in ARTICLES.items()}
    assert topics <= {intent for intent, group in INTENTS.items() if group in ("topic", "service")}


def test_every_topic_of_questions_has_articles() -> None:
    assert {intent for intent, group in INTENTS.items() if group == "topic"} <= set(
        topic_examples()
    )


def test_all_wordings_are_examples_once_unless_the_bot_says_otherwise() -> None:
    found = {text: topic for topic, texts in topic_examples().items() for text in texts}
    wordings = {t for _, article in ARTICLES.values() for t in [article.question, *article.similar]}
    assert len(found) == sum(map(len, topic_examples().values()))
    owners = shipped().owners
    left_out = wordings - set(found)
    assert set(found) <= wordings
    assert len(left_out) < 100
    assert all(key_of(text) in owners for text in left_out)
    assert [t for t, topic in found.items() if owners.get(key_of(t), topic) != topic] == []


def content(folder: Path, category: str) -> Path:
    (folder / "articles").mkdir()
    (folder / "articles/1.yaml").write_text(ARTICLE.format(category=category), "utf-8")
    return folder


def test_an_article_counts_for_its_category(tmp_path: Path) -> None:
    assert topic_examples(content(tmp_path, "提取")) == {"ask_withdrawal": ["怎么办", "如何办"]}


def test_an_article_without_an_intent_is_named(tmp_path: Path) -> None:
    with pytest.raises(TopicMissing, match="新分类") as failure:
        topic_examples(content(tmp_path, "新分类"))
    assert failure.value.details == {"article": "fund-x"}
