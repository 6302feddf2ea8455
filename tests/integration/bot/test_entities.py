"""The whole extractor in Rasa's interpreter: values, spaCy's words, jieba's boundaries; and its labelled sentences."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from bot.entity_evaluation import (
    ExtractionReport,
    LabelledSentence,
    extract_all,
    read_sentences,
    report,
)
from bot.training import rasa_environment, rasa_python
from core.settings import ROOT

pytestmark = pytest.mark.rasa

DATA = ROOT / "tests" / "data" / "nlu"
TODAY = "2026-11-22"


# What the pieces of citizens' messages can be, broken ones among them.
PIECES = [
    *["北京", "我爸", "身份证", "提取", "3500块", "去年", "3月", "😀", "é", "号", "路", "第"],
    "\ud800",
    "\x00",
    "\n",
    " ",
]
HOSTILE = ["1到" * 500, "3-" * 500, "北京" * 500, "1年2月3日" * 160, "1 " * 500, "我爸妈" * 330]

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
    "杭州市区": [("region", "杭州市", "杭州")],
    "北京市朝阳区": [("region", "北京市", "北京")],
    "北京路": [],
    "长春街": [],
    "上海大学": [],
    "和田玉": [],
    "南京银行": [],
    "城西安置区": [],
    "给儿子五万": [("relation", "儿子", "child"), ("amount", "五万", 5_000_000)],
}


def sentences_of(texts: Sequence[str]) -> list[LabelledSentence]:
    # Without validation, which would not let half a character through.
    return [LabelledSentence.model_construct(text=t, today=TODAY, entities=[]) for t in texts]


def random_texts() -> list[str]:
    chance = random.Random(7)
    return ["".join(chance.choices(PIECES, k=chance.randint(0, 12))) for _ in range(300)]


class Parts(NamedTuple):
    """Sentences with what was found in each, all in one process: starting it costs most of the time."""

    developed: ExtractionReport
    blind: ExtractionReport
    words: list[dict[str, Any]]
    random: list[dict[str, Any]]
    hostile: list[dict[str, Any]]


@pytest.fixture(scope="module")
def parts() -> Parts:
    developed = read_sentences(DATA / "entities_dev.jsonl")
    blind = read_sentences(DATA / "entities_blind.jsonl")
    groups = [developed, blind, *map(sentences_of, (list(WORDS), random_texts(), HOSTILE))]
    results = iter(extract_all(ROOT, [sentence for group in groups for sentence in group]))
    found = [[next(results) for _ in group] for group in groups]
    return Parts(report(developed, found[0]), report(blind, found[1]), *found[2:])


def test_the_sentences_used_while_building_stay_right(parts: Parts) -> None:
    assert parts.developed.wrong == []


def test_a_sentence_costs_little_beside_the_rest_of_a_turn(parts: Parts) -> None:
    """Measured: 0.1 ms. The limit is wide because other tests run beside this one."""
    assert parts.developed.milliseconds_p50 < 1.5


def test_sentences_nobody_tuned_on_reach_the_goal(parts: Parts) -> None:
    assert parts.blind.scores.micro_f1 >= 0.92
    assert parts.blind.scores.macro_f1 >= 0.90


def test_words_are_found_with_their_normal_forms_and_not_inside_others(parts: Parts) -> None:
    for (text, expected), result in zip(WORDS.items(), parts.words, strict=True):
        found = [(e["entity"], text[e["start"] : e["end"]], e["value"]) for e in result["entities"]]
        assert sorted(found) == sorted(expected), text


def test_no_text_stops_the_extractor_and_nothing_excluding_overlaps(parts: Parts) -> None:
    for result in parts.random:
        spans = sorted({(e["start"], e["end"]) for e in result["entities"]})
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_the_longest_hostile_message_does_not_hold_up_other_peoples_turns(parts: Parts) -> None:
    """Measured: at most 20 ms; the limit leaves room for a busy machine."""
    assert max(result["milliseconds"] for result in parts.hostile) < 500


def test_relative_dates_count_from_the_day_the_message_was_sent() -> None:
    """A message may wait, over midnight too; its metadata say the day. Nonsense there means now."""
    script = """
from bot.components import lean
lean.install()
from rasa.shared.nlu.training_data.message import Message
from bot.components.entities import ChineseValueExtractor
extractor = ChineseValueExtractor({"fund_account": {"length": 12, "check": "luhn"}})
for metadata in ({"today": "2024-03-31"}, {"today": "nonsense"}, None):
    message = Message({"text": "上个月", "metadata": metadata})
    extractor.process([message])
    print(message.get("entities")[0]["value"])
"""
    done = subprocess.run(
        [str(rasa_python(ROOT)), "-c", script],
        cwd=ROOT,
        env=rasa_environment(ROOT),
        capture_output=True,
        text=True,
        check=True,
    )
    sent, nonsense, missing = done.stdout.split()
    assert sent == "2024-02"
    assert nonsense == missing != "2024-02"
