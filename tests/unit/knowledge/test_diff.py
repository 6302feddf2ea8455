"""Differences of two versions as people read them: by sentence, by word, by item, and only where something changed."""

from __future__ import annotations

import random

import pytest

from knowledge.articles.diff import diff_contents, diff_items, diff_text
from knowledge.articles.schemas import ArticleContent


def content(**changes: object) -> ArticleContent:
    base = {"question": "租房可以提取公积金吗", "answer_md": "可以。每月最多1500元。"}
    return ArticleContent.model_validate(base | changes)


def marked(segments: list) -> str:
    shown = {"equal": "{}", "insert": "[+{}]", "delete": "[-{}]"}
    return "".join(shown[s.op].format(s.text) for s in segments)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("可以。每月最多1500元。", "可以。每月最多1800元。", "可以。每月最多[-1500][+1800]元。"),
        ("可以。", "可以。需要租房合同。", "可以。[+需要租房合同。]"),
        ("一。二。三。", "一。三。", "一。[-二。]三。"),
        ("连续缴存满三个月。", "应先开户。", "[-连续缴存满三个月。][+应先开户。]"),
        ("", "新的。", "[+新的。]"),
        ("旧的。", "", "[-旧的。]"),
        ("不变。", "不变。", "不变。"),
        ("- 身份证\n- 合同\n", "- 身份证\n- 发票\n- 合同\n", "- 身份证\n[+- 发票\n]- 合同\n"),
    ],
)
def test_texts_are_compared_by_sentences_and_within_them_by_words(
    old: str, new: str, shown: str
) -> None:
    assert marked(diff_text(old, new)) == shown


@pytest.mark.parametrize("seed", range(30))
def test_the_segments_give_back_both_texts_whatever_they_are(seed: int) -> None:
    chance = random.Random(seed)
    old, new = (
        "".join(chance.choices("租房可以提取。！\n 12ab", k=chance.randint(0, 60))) for _ in "ab"
    )
    segments = diff_text(old, new)
    assert "".join(s.text for s in segments if s.op != "insert") == old
    assert "".join(s.text for s in segments if s.op != "delete") == new
    assert all(s.text for s in segments)


def test_lists_are_compared_item_by_item() -> None:
    assert marked(diff_items(["甲", "乙", "丙"], ["甲", "丁", "丙"])) == "甲[-乙][+丁]丙"


def test_only_fields_that_differ_are_shown() -> None:
    old = content(tags=["租房"], effective_to="2026-12-31")
    new = content(tags=["租房", "提取"], audience="internal", variants={"wechat": "可以。"})
    assert {name: marked(parts) for name, parts in diff_contents(old, new).items()} == {
        "tags": "租房[+提取]",
        "audience": "[-public][+internal]",
        "effective_to": "[-2026-12-31]",
        "variants.wechat": "[+可以。]",
    }
    assert diff_contents(old, old) == {}


def test_a_changed_link_of_a_citation_is_a_difference() -> None:
    cited = {"document": "条例", "clause": "第一条"}
    old = content(citations=[cited])
    new = content(citations=[cited | {"link": "https://example.gov.cn/1"}])
    assert marked(diff_contents(old, new)["citations"]) == (
        "[-《条例》第一条][+《条例》第一条 https://example.gov.cn/1]"
    )


def test_the_first_version_is_all_new() -> None:
    found = diff_contents(None, content())
    assert set(found) == {"question", "answer_md", "business", "region", "audience"}
    assert {s.op for parts in found.values() for s in parts} == {"insert"}


def test_a_change_in_a_text_of_ten_thousand_equal_sentences_is_found_quickly() -> None:
    old = "甲。乙。" * 5000
    new = f"{old[:2000]}丙丁。{old[2000:]}"
    assert marked(diff_text(old, new)) == f"{old[:2000]}[+丙丁。]{old[2000:]}"
    assert [s.op for s in diff_text(old, "乙。甲。" * 5000)] == ["delete", "insert"]


def test_two_long_texts_with_nothing_in_common_are_shown_whole_and_quickly() -> None:
    old, new = "".join(map(chr, range(0x4E00, 0x8E00))), "".join(map(chr, range(0x5000, 0x9000)))
    assert [s.op for s in diff_text(old, new)] == ["delete", "insert"]
