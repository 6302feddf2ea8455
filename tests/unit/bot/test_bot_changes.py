"""What is told of the difference between the live model's data and what is active now."""

from __future__ import annotations

from bot.editing.changes import PendingChange, changes_between
from bot.editing.data import EditedData, OwnFlow, OwnIntent, OwnSentence
from bot.editing.flow import FlowContent

PARKING = OwnIntent(name="own_parking", title="停车", means="问停车。", replies=["有车库。"])
TITLES = {"greet": "打招呼", "utter_greet": "问候"}


def test_equal_data_hold_no_change() -> None:
    data = EditedData(intents=[PARKING], examples={"own_parking": ["停哪儿"]})
    assert changes_between(data, data, TITLES) == []


def test_a_new_intent_is_told_with_its_examples() -> None:
    now = EditedData(intents=[PARKING], examples={"own_parking": ["停哪儿", "有车位吗"]})
    assert changes_between(EditedData(), now, TITLES) == [
        PendingChange(kind="intent", op="added", name="own_parking", title="停车"),
        PendingChange(kind="examples", op="changed", name="own_parking", title="停车", added=2),
    ]


def test_what_is_gone_keeps_the_title_it_had() -> None:
    live = EditedData(
        intents=[PARKING], flows=[OwnFlow(key="k", title="引导", content=FlowContent())]
    )
    assert [(c.kind, c.op, c.title) for c in changes_between(live, EditedData(), {})] == [
        ("intent", "removed", "停车"),
        ("flow", "removed", "引导"),
    ]


def test_lines_are_counted_each_way_and_their_order_does_not_matter() -> None:
    live = EditedData(examples={"greet": ["早", "您好呀", "哈喽"]})
    now = EditedData(examples={"greet": ["哈喽", "早", "嗨", "在么"]})
    assert changes_between(live, now, TITLES) == [
        PendingChange(
            kind="examples", op="changed", name="greet", title="打招呼", added=2, removed=1
        )
    ]


def test_a_reply_that_went_back_to_the_shipped_text_is_told_apart_from_a_changed_one() -> None:
    live = EditedData(replies={"utter_greet": ["您好"]})
    assert changes_between(live, EditedData(), TITLES)[0].op == "removed"
    assert (
        changes_between(live, EditedData(replies={"utter_greet": ["早"]}), TITLES)[0].op
        == "changed"
    )


def test_regression_sentences_are_told_by_their_intent() -> None:
    now = EditedData(regression=[OwnSentence(text="早上好啊", intent="greet")])
    found = changes_between(EditedData(), now, TITLES)
    assert [(c.kind, c.title, c.added) for c in found] == [("regression", "打招呼", 1)]
