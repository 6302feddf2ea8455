"""The whole extractor in Rasa's interpreter: values, spaCy's words, jieba's boundaries; and its labelled sentences."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from bot.entity_evaluation import (
    EntityReport,
    LabelledSentence,
    evaluate_entities,
    extract_all,
    read_sentences,
)
from core.settings import ROOT

pytestmark = pytest.mark.rasa

DATA = ROOT / "tests" / "data" / "nlu"
TODAY = "2026-11-22"


def extract(texts: Sequence[str]) -> list[list[tuple[str, str, Any]]]:
    sentences = [LabelledSentence(text=text, today=TODAY, entities=[]) for text in texts]
    return [
        [(e["entity"], text[e["start"] : e["end"]], e["value"]) for e in result["entities"]]
        for text, result in zip(texts, extract_all(ROOT, sentences), strict=True)
    ]


@pytest.fixture(scope="module")
def developed() -> EntityReport:
    return evaluate_entities(ROOT, read_sentences(DATA / "entities_dev.jsonl"))


def test_the_sentences_used_while_building_stay_right(developed: EntityReport) -> None:
    assert developed.wrong == []


def test_a_sentence_costs_little_beside_the_rest_of_a_turn(developed: EntityReport) -> None:
    """Measured: 0.1 ms. The limit is wide because other tests run beside this one."""
    assert developed.milliseconds_p50 < 1.5


def test_sentences_nobody_tuned_on_reach_the_goal() -> None:
    report = evaluate_entities(ROOT, read_sentences(DATA / "entities_blind.jsonl"))
    assert report.micro_f1 >= 0.92
    assert report.macro_f1 >= 0.90


WORDS = {
    "身份证和户口簿都要吗": [("document", "身份证", "身份证"), ("document", "户口簿", "户口本")],
    "身份证号填错了": [],
    "社保卡怎么办": [("document", "社保卡", "社保卡"), ("business", "社保卡", "社保卡")],
    "买房合同丢了": [("document", "买房合同", "购房合同")],
    "退休证": [("document", "退休证", "退休证")],
    "我的钱取出来还房贷": [("business", "取出来", "提取"), ("business", "房贷", "信贷")],
    "我爸爸和我妈": [("relation", "爸爸", "parent"), ("relation", "妈", "parent")],
    "我先生用我自己的": [("relation", "先生", "spouse"), ("relation", "我自己", "self")],
    "妇女儿童": [],
    "独生子女费": [],
    "工伤认定的对象": [("business", "工伤认定", "工伤")],
    "浙江省杭州市": [("region", "浙江省", "浙江"), ("region", "杭州市", "杭州")],
    "广西壮族自治区": [("region", "广西壮族自治区", "广西")],
    "恩施州": [("region", "恩施州", "恩施")],
    "吉林市": [("region", "吉林市", "吉林市")],
    "杭州市民": [("region", "杭州", "杭州")],
    "北京路": [],
    "长春街": [],
    "上海大学": [],
    "和田玉": [],
    "南京银行": [],
    "城西安置区": [],
    "给儿子五万": [("relation", "儿子", "child"), ("amount", "五万", 5_000_000)],
}


def test_words_are_found_with_their_normal_forms_and_not_inside_others() -> None:
    found = extract(list(WORDS))
    for text, entities in zip(WORDS, found, strict=True):
        assert sorted(entities) == sorted(WORDS[text]), text


def test_no_text_stops_the_extractor_and_nothing_excluding_overlaps() -> None:
    chance = random.Random(7)
    pieces = [
        "北京",
        "我爸",
        "身份证",
        "提取",
        "3500块",
        "去年",
        "3月",
        "😀",
        "é",
        "号",
        "路",
        "第",
    ]
    pieces += ["\ud800", "\x00", "\n", " "]
    texts = ["".join(chance.choices(pieces, k=chance.randint(0, 12))) for _ in range(300)]
    # Without validation, which would not let half a character through.
    sentences = [LabelledSentence.model_construct(text=text, entities=[]) for text in texts]
    for result in extract_all(ROOT, sentences):
        spans = sorted({(e["start"], e["end"]) for e in result["entities"]})
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_longest_hostile_message_does_not_hold_up_other_peoples_turns() -> None:
    """Measured: at most 20 ms; the limit leaves room for a busy machine."""
    hostile = ["1到" * 500, "3-" * 500, "北京" * 500, "1年2月3日" * 160, "1 " * 500, "我爸妈" * 330]
    sentences = [LabelledSentence(text=text, entities=[]) for text in hostile]
    started = time.monotonic()
    results = extract_all(ROOT, sentences)
    assert max(result["milliseconds"] for result in results) < 500
    assert time.monotonic() - started < 60
