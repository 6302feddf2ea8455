"""Checks what ships in knowledge/content: the form, links and wordings of articles and regions."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.articles.seed import read_file
from tests.unit.knowledge.shipped import ARTICLES, FILES, ROOT, articles, load

HELD_OUT = ROOT / "tests" / "data" / "knowledge"
HELD_OUT_SETS = sorted([*HELD_OUT.glob("*_paraphrases.jsonl"), *HELD_OUT.glob("*_blind.jsonl")])

FUND = {"基本信息", "缴存", "提取", "信贷", "执法", "计财"}
SOCIAL = {
    "养老", "医疗", "失业", "工伤", "生育", "社保卡", "灵活就业", "转移接续", "企业参保", "综合",
}  # fmt: skip
CATEGORIES = {"公积金": FUND, "社保": SOCIAL}
# Of the service itself: filed under 社保/综合, found whatever business is asked for.
SERVICE = "30-service.yaml"
KEY_PREFIX = {"公积金": "fund-", "社保": "si-", "综合": "service-"}
FIELDS = {
    "key",
    "question",
    "similar",
    "answer",
    "citations",
    "effective_from",
    "effective_to",
    "region",
    "next",
    "tags",
}


def _plain(text: str) -> str:
    """The wording without spaces and punctuation: wordings that only differ there collide."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _wordings(article: dict[str, Any]) -> list[str]:
    return [article["question"], *article["similar"]]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_file_names_a_known_business_and_category(path: Path) -> None:
    document = load(path)
    assert document["articles"]
    if path.name == SERVICE:
        assert document["category"] == "社保/综合"
        assert set(document) == {"category", "articles"}
        return
    assert set(document) == {"category", "business", "articles"}
    assert document["category"] in CATEGORIES[document["business"]]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_article_has_the_fields_it_needs_and_no_others(path: Path) -> None:
    document = load(path)
    for article in document["articles"]:
        key = article.get("key", "?")
        assert set(article) <= FIELDS, (key, set(article) - FIELDS)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", key), key
        assert key.startswith(KEY_PREFIX[document.get("business", "综合")]), key
        assert isinstance(article["question"], str), key
        assert article["question"].strip(), key
        assert all(isinstance(s, str) and s.strip() for s in article["similar"]), key
        assert len(article["similar"]) >= 5, key
        assert article["tags"], key
        assert article["region"], key
        for field in ("effective_from", "effective_to"):
            assert isinstance(article.get(field), (dt.date, type(None))), (key, field)


def test_every_article_has_ten_similar_questions() -> None:
    """Ten people say it in ten ways: fewer wordings and the search loses the article."""
    counts = {a["key"]: len(a["similar"]) for _, _, a in articles()}
    assert {key: n for key, n in counts.items() if n < 10} == {}


def test_answers_are_short_and_their_first_line_is_a_sentence() -> None:
    for _, _, article in articles():
        answer = article["answer"].strip()
        first = answer.splitlines()[0]
        assert len(answer) <= 450, (article["key"], len(answer))
        assert not first.startswith(("#", "- ", "* ", "|", ">", "1.")), (article["key"], first)


def test_every_citation_names_its_document_and_clause() -> None:
    for _, _, article in articles():
        assert article["citations"], article["key"]
        for citation in article["citations"]:
            assert set(citation) <= {"document", "number", "clause", "link"}, article["key"]
            assert citation["document"].strip(), article["key"]
            assert citation["clause"].strip(), article["key"]


def test_one_document_always_carries_the_same_number() -> None:
    numbers: dict[str, set[str]] = {}
    for _, _, article in articles():
        for citation in article["citations"]:
            numbers.setdefault(citation["document"], set()).add(citation.get("number", ""))
    assert {name: seen for name, seen in numbers.items() if len(seen) > 1} == {}


def test_a_rule_that_ended_says_so_in_its_question_and_leads_to_its_successor() -> None:
    successors = {article["key"]: article for _, _, article in articles()}
    for _, _, article in articles():
        if "effective_to" in article:
            successor = successors[article["next"][0]]
            assert "以前" in article["question"], article["key"]
            assert successor["effective_from"] > article["effective_to"], article["key"]


def test_an_answer_is_not_valid_before_the_newest_rule_it_states() -> None:
    """An answer that says 2026年9月20日起施行 must not be given for an earlier date."""
    dated = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|执行)")
    for _, _, article in articles():
        if "effective_to" in article or "effective_from" not in article:
            continue
        for match in dated.finditer(article["answer"]):
            stated = dt.date(*map(int, match.groups()))
            assert article["effective_from"] >= stated, (article["key"], match.group())


def test_keys_are_unique() -> None:
    counts = Counter(article["key"] for _, _, article in articles())
    assert [key for key, n in counts.items() if n > 1] == []


def test_next_questions_exist_and_are_not_the_article_itself() -> None:
    keys = {article["key"] for _, _, article in articles()}
    for _, _, article in articles():
        assert 1 <= len(article["next"]) <= 3, article["key"]
        assert set(article["next"]) <= keys - {article["key"]}, article["key"]


def test_no_wording_belongs_to_two_articles_or_appears_twice() -> None:
    owners: dict[str, list[str]] = {}
    for _, _, article in articles():
        for wording in _wordings(article):
            owners.setdefault(_plain(wording), []).append(article["key"])
    assert {wording: keys for wording, keys in owners.items() if len(keys) > 1} == {}


def _expected(case: dict[str, Any]) -> list[str]:
    """A case may name several articles that answer it as well."""
    return case["expect"] if isinstance(case["expect"], list) else [case["expect"]]


@pytest.mark.parametrize("path", HELD_OUT_SETS, ids=lambda p: p.stem)
def test_held_out_wordings_point_at_an_article_and_are_not_in_the_content(path: Path) -> None:
    questions = {article["question"] for _, _, article in articles()}
    wordings = {_plain(w) for _, _, article in articles() for w in _wordings(article)}
    seen: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        assert set(case) == {"query", "expect"}
        assert questions.issuperset(_expected(case)), case["expect"]
        assert _plain(case["query"]) not in wordings | seen, case["query"]
        seen.add(_plain(case["query"]))


def test_general_questions_point_at_an_article_or_at_none_and_are_not_in_the_content() -> None:
    """Short questions of citizens whose answer depends on who asks; null: ask back or refuse."""
    questions = {article["question"] for _, _, article in articles()}
    wordings = {_plain(w) for _, _, article in articles() for w in _wordings(article)}
    lines = (HELD_OUT / "general_questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    for case in cases:
        assert set(case) == {"query", "expect"}
        assert case["expect"] is None or case["expect"] in questions, case["expect"]
        assert _plain(case["query"]) not in wordings, case["query"]
    assert len(cases) >= 250
    assert len({_plain(case["query"]) for case in cases}) == len(cases)


def test_every_article_in_force_is_asked_for_in_a_held_out_wording() -> None:
    lines = (line for path in HELD_OUT_SETS for line in path.read_text("utf-8").splitlines())
    asked = {question for line in lines for question in _expected(json.loads(line))}
    in_force = [a for _, _, a in articles() if "effective_to" not in a]
    assert [a["key"] for a in in_force if a["question"] not in asked] == []


def test_at_least_450_articles_ship_over_all_categories() -> None:
    per_category: Counter[str] = Counter()
    for path in FILES:
        document = load(path)
        per_category[document["category"].rpartition("/")[2]] += len(document["articles"])
    assert set(per_category) == FUND | SOCIAL
    assert sum(per_category.values()) >= 450


def test_the_first_demo_question_is_a_canonical_question() -> None:
    article = next(a for _, _, a in articles() if a["question"] == "租房可以提取公积金吗")
    clauses = [c["clause"] for c in article["citations"] if c["document"] == "住房公积金管理条例"]
    assert "第二十四条第一款第一项" in clauses[0]
    assert article["effective_from"] == dt.date(2026, 9, 20)


def test_service_questions_are_answered_whatever_business_is_asked_for() -> None:
    contents = read_file(ARTICLES / SERVICE).articles
    assert {c.business for c in contents.values()} == {"综合"}
    assert len(contents) >= 6
    assert all(len(c.similar) >= 12 for c in contents.values())


def test_the_halls_hours_are_not_told_as_those_of_people_on_duty() -> None:
    """When agents are there is set in the console and differs from the halls' hours: 转人工 tells it."""
    for key, article in read_file(ARTICLES / SERVICE).articles.items():
        if "office_hours" in article.answer_md:
            assert "服务大厅的办公时间：{{fund.office_hours}}" in article.answer_md, key
        if "人工客服" in article.question:
            assert "office_hours" not in article.answer_md, key
            assert "输入“转人工”" in article.answer_md, key
