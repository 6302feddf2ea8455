"""Somebody who only names a topic is offered what is asked of it most, and never told that nothing is known."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from core.conversation.answers import GUIDE_TEXT, PERSON, contents_of
from core.conversation.ports import KnowledgeQuery
from core.settings import ROOT
from knowledge.articles.regions import SHIPPED_REGIONS, Regions
from knowledge.articles.seed import CONTENT, read_file
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.guides import Guides
from knowledge.retrieval.normalise import normalise
from knowledge.retrieval.search import Search
from tests.unit.knowledge.tiny import ENTRIES, TODAY, entry

GUIDES = Guides.load()
ALL = sorted(set(GUIDES.by_word.values()), key=lambda guide: guide.topic)
SEVERAL = [
    entry("fund-withdraw-conditions", "什么情况下可以提取公积金"),
    entry("fund-loan-conditions", "申请公积金贷款要什么条件"),
    entry("fund-query-balance", "怎么查公积金余额"),
    *ENTRIES,
]


@pytest.fixture
def search(make_index):
    def make(entries: list[Entry] = SEVERAL) -> Search:
        return Search(Regions.load(SHIPPED_REGIONS), make_index(entries))

    return make


def query(text: str, *context: str) -> KnowledgeQuery:
    return KnowledgeQuery(text, "example", TODAY, context=context)


@pytest.mark.parametrize("guide", ALL, ids=lambda g: g.topic)
def test_a_guide_names_three_articles_in_force(guide) -> None:
    in_force = {
        key
        for path in CONTENT.glob("articles/*.yaml")
        for key, article in read_file(path).articles.items()
        if article.effective_to is None and (article.effective_from or date.min) <= TODAY
    }
    assert len(set(guide.articles)) == 3
    assert in_force.issuperset(guide.articles)


@pytest.mark.parametrize("guide", [g for g in ALL if g.task], ids=lambda g: g.topic)
def test_a_guides_task_is_begun_by_an_intent_of_its_own(guide) -> None:
    """The button sends the words of its label: the classifier must have learnt just these for a task."""
    groups = yaml.safe_load((ROOT / "bot" / "intents.yml").read_text("utf-8"))
    taught = [
        row["intent"]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for row in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        if "intent" in row and f"- {guide.task}" in row["examples"].splitlines()
    ]
    assert len(taught) == 1
    assert taught[0] in groups["task"]


@pytest.mark.parametrize("word", ["公积金", "社保", "提取", "贷款", "医保", "养老", "退休", "失业"])
def test_the_usual_words_have_a_guide(word: str) -> None:
    assert GUIDES.of(word) is not None


@pytest.mark.parametrize(
    "text",
    ["公积金", "gjj", "住房公积金", "公积金的事", "我想咨询公积金的问题", "关于公积金", "公积金呢"],
)
def test_a_topic_is_known_with_words_around_it_that_ask_nothing(text: str) -> None:
    guide = GUIDES.of(normalise(text))
    assert guide is not None
    assert guide.topic == "公积金"


@pytest.mark.parametrize(
    "text", ["公积金怎么取", "不要公积金", "公积金多少", "", "的", "天气", "你们"]
)
def test_what_asks_something_or_names_no_topic_has_no_guide(text: str) -> None:
    assert GUIDES.of(normalise(text)) is None


def test_a_bare_topic_offers_its_questions_its_task_and_a_person(search) -> None:
    result = search().search(query("公积金"))
    assert result.band == "guide"
    assert [h.article_id for h in result.hits] == [f"id-{e.key}" for e in SEVERAL[:3]]
    [content] = contents_of(result)
    assert content.text != GUIDE_TEXT
    assert "公积金" in content.text
    assert [c.value for c in content.choices] == [
        *(e.question for e in SEVERAL[:3]),
        "查余额",
        PERSON.value,
    ]


def test_a_bare_topic_is_found_again_as_it_was(search) -> None:
    searching = search()
    first = searching.search(query("公积金"))
    assert searching.search(query("公积金")) == first


def test_without_the_articles_of_a_guide_the_search_speaks(search) -> None:
    assert search(ENTRIES).search(query("社保")).topic == ""


def test_a_hidden_article_is_not_offered(search) -> None:
    far = [
        entry("fund-withdraw-conditions", "什么情况下可以提取公积金", region="外市"),
        *SEVERAL[1:],
    ]
    result = search(far).search(query("公积金"))
    assert [h.question for h in result.hits] == [e.question for e in SEVERAL[1:3]]


def test_an_articles_own_words_come_before_the_guide(search) -> None:
    own = [entry("own", "公积金"), *SEVERAL]
    result = search(own).search(query("公积金"))
    assert result.band == "answer"
    assert result.topic == ""


def test_a_bare_topic_is_no_question_for_editors(search) -> None:
    searching = search()
    assert searching.only_names_topic("我想咨询公积金的问题")
    assert not searching.only_names_topic("公积金断缴有影响吗")
