"""What ships for editors holds together, and what they write is compared, scored and checked as it should be."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from app.own import translate
from app.topics import topic_examples
from bot.editing.catalogue import WORDS, shipped
from bot.editing.data import EditedData, OwnFlow, OwnIntent, OwnSentence
from bot.editing.flow import FlowContent, problems_of
from bot.editing.gate import compare
from bot.editing.texts import (
    NEAR,
    Phrase,
    ReplyText,
    Template,
    key_of,
    likeness,
    strange_words,
)
from core.settings import ROOT

PHRASE: TypeAdapter[str] = TypeAdapter(Phrase)
REPLY: TypeAdapter[str] = TypeAdapter(ReplyText)
TEMPLATE: TypeAdapter[str] = TypeAdapter(Template)


def test_every_intent_has_regression_sentences_nobody_trained_on() -> None:
    catalogue = shipped()
    counts = Counter(sentence.intent for sentence in catalogue.regression)
    assert set(counts) == set(catalogue.intents)
    assert min(counts.values()) >= 5
    keys = [key_of(sentence.text) for sentence in catalogue.regression]
    assert len(set(keys)) == len(keys)
    wordings = {key_of(text) for texts in topic_examples().values() for text in texts}
    trained = [
        s.text for s in catalogue.regression if key_of(s.text) in {*catalogue.owners, *wordings}
    ]
    assert trained == []


def test_regression_sentences_are_not_those_the_figures_are_measured_on() -> None:
    measured: set[str] = set()
    for path in sorted((ROOT / "tests/data/nlu").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            measured.add(key_of(yaml.safe_load(line)["text"]))
    assert [s.text for s in shipped().regression if key_of(s.text) in measured] == []


def test_every_reply_text_has_a_title_and_a_place() -> None:
    titles = yaml.safe_load((ROOT / "bot/reply_titles.yml").read_text("utf-8"))
    responses = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    assert set(titles) == set(responses)
    assert all(reply.title and reply.when for reply in shipped().replies.values())


def test_the_shipped_replies_could_have_been_written_by_an_editor() -> None:
    for reply in shipped().replies.values():
        assert [TEMPLATE.validate_python(text) for text in reply.variants] == list(reply.variants)
        assert not any(strange_words(text, reply.words) for text in reply.variants)
        assert set(reply.words) <= set(WORDS)


@pytest.mark.parametrize(
    "same",
    ["租房能提取吗？", " 租房 能提取吗", "租房能提取吗。。", "租房能提取吗！", "租房，能提取吗"],
)
def test_width_case_spaces_and_punctuation_do_not_make_another_sentence(same: str) -> None:
    assert key_of(same) == key_of("租房能提取吗")


def test_a_sentence_of_marks_keeps_a_key() -> None:
    assert key_of("？") != key_of("！")


def test_nearness_is_a_share_of_common_pairs() -> None:
    near = likeness(key_of("大厅那里能停车吗"), key_of("大厅那里能停车不"))
    assert near > NEAR > likeness(key_of("大厅那里能停车吗"), key_of("大厅几点开门"))


@pytest.mark.parametrize(
    "text", ["[提取](business)", "- 提取", "/greet", "a: b", "'“”'", "& * ! |", "#提取"]
)
def test_what_means_something_to_a_file_format_is_a_sentence_like_any(text: str) -> None:
    if any(c.isalnum() for c in text):
        assert PHRASE.validate_python(text) == text


def test_blank_lines_of_a_reply_are_closed_and_braces_refused() -> None:
    assert REPLY.validate_python("第一段\n\n\n第二段 \n") == "第一段\n第二段"
    with pytest.raises(ValidationError, match="花括号"):
        REPLY.validate_python("{slot}")


@pytest.mark.parametrize(
    ("text", "strange"),
    [("{salutation}好", False), ("{loan_income}", True), ("{{salutation}}", True), ("}{", True), ("{salutation", True)],
)  # fmt: skip
def test_only_known_words_may_stand_in_braces(text: str, strange: bool) -> None:
    assert strange_words(text, ["salutation"]) is strange


def sentences(*pairs: tuple[str, str]) -> list[OwnSentence]:
    return [OwnSentence(text=text, intent=intent) for text, intent in pairs]


def test_a_new_intent_does_not_hide_what_got_worse() -> None:
    asked = sentences(("一", "a"), ("二", "a"), ("三", "new"), ("四", "new"))
    report = compare(asked, ["a", "a", "b", "b"], ["a", "new", "new", "new"], frozenset({"a", "b"}))
    assert not report.passed
    assert (report.before.right, report.after.right) == (2, 1)
    assert (report.added, report.added_right) == (2, 2)
    [worse] = report.worse
    assert (worse.text, worse.before, worse.now) == ("二", "a", "new")


def test_as_good_as_before_passes() -> None:
    asked = sentences(("一", "a"), ("二", "b"))
    report = compare(asked, ["a", "a"], ["b", "b"], frozenset({"a", "b"}))
    assert report.passed
    assert (len(report.worse), len(report.better)) == (1, 1)
    assert report.after.macro_f1 == pytest.approx(1 / 3)


def test_nothing_to_compare_passes() -> None:
    assert compare([], [], [], frozenset()).passed


def node(name: str, *targets: dict[str, str]) -> dict[str, object]:
    choices = [{"label": f"选{n}", "to": to} for n, to in enumerate(targets)]
    return {"id": name, "text": "问", "choices": choices}


END = {"kind": "end", "text": "完"}


@pytest.mark.parametrize(
    ("nodes", "codes"),
    [
        ([], ["flow_empty"]),
        ([node("a", END)], []),
        ([node("a")], ["node_without_choice"]),
        ([node("a", END), node("a", END)], ["node_twice"]),
        ([node("a", {"kind": "node", "node": "b"})], ["node_missing", "node_endless"]),
        ([node("a", {"kind": "task", "task": "greet"})], ["task_unknown"]),
        ([node("a", END), node("b", END)], ["node_unreachable"]),
        ([node("a", {"kind": "node", "node": "a"})], ["node_endless"]),
        ([node("a", {"kind": "node", "node": "a"}, END)], []),
    ],
)
def test_a_flow_is_checked(nodes: list[dict[str, object]], codes: list[str]) -> None:
    content = FlowContent.model_validate({"nodes": nodes})
    found = problems_of(content, frozenset({"calculate_loan"}))
    assert sorted(problem.code for problem in found) == sorted(codes)


def test_a_flow_of_more_than_twenty_nodes_is_refused() -> None:
    nodes = [node(f"n{number}", END) for number in range(21)]
    with pytest.raises(ValidationError):
        FlowContent.model_validate({"nodes": nodes})


def test_the_actions_are_told_of_flows_that_something_starts() -> None:
    content = FlowContent.model_validate({"nodes": [node("a", END, {"kind": "person"})]})
    flows = [OwnFlow(key=key, title=key, content=content) for key in ("used", "unused")]
    told = OwnIntent(name="own_told", title="告知", means="…", replies=["好"])
    opens = OwnIntent(name="own_opens", title="开始", means="…", flow="used")
    own = translate(EditedData(intents=[told, opens], flows=flows))
    assert own.answering == {"own_told": "告知"}
    assert [(flow.key, flow.intents) for flow in own.flows] == [("used", ("own_opens",))]
