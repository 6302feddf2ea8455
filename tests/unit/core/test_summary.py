"""What the bot tells the agent who takes over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.conversation.content import AnswerContent, TextContent
from core.conversation.models import Message
from core.conversation.past import TURN, exchanges, is_button, meta_of
from core.conversation.ports import (
    BotReply,
    HandOff,
    HandoffDecision,
    OpenTask,
    SummaryTurn,
    Understanding,
)
from core.conversation.summary import LONGEST_SAID, MOST_TURNS, summarise

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
WISH = HandoffDecision("keyword", {"keyword": "转人工"}, category="提取")


def message(seq: int, kind: str, content: dict[str, Any], meta: dict[str, Any]) -> Message:
    return Message(
        conversation_id="c", seq=seq, author_kind=kind, content=content, meta=meta, created_at=AT
    )


def asked(seq: int, text: str, reply: BotReply) -> list[Message]:
    """A message and the bot's reply to it, as they are stored."""
    meta = meta_of(reply, reply_to=seq, text=text, asked=text)
    rows = [message(seq, "visitor", {"type": "text", "text": text}, {})]
    for place, content in enumerate(reply.contents, start=1):
        shown = content.model_dump(mode="json")
        rows.append(message(seq + place, "bot", shown, meta if place == 1 else {}))
    return rows


def answered(title: str) -> BotReply:
    content = AnswerContent(
        text_md="可以。", article_id="a", question=title, score=0.9, citations=[]
    )
    return BotReply([content], understanding=Understanding(band="answer", article_id="a"))


LOST = BotReply([TextContent(text="不清楚")], understanding=Understanding(band="unknown"))
LOAN = BotReply(
    [TextContent(text="您想贷多少年？")], task=OpenTask("贷款额度测算", ("房屋：首套",))
)


def test_it_tells_what_was_asked_and_which_articles_answered() -> None:
    rows = [*asked(1, "租房能提吗", answered("租房可以提取公积金吗")), *asked(3, "外地的呢", LOST)]
    summary = summarise(exchanges(rows), WISH, said="转人工")
    assert summary.turns == (
        SummaryTurn("租房能提吗", "answer", ("租房可以提取公积金吗",)),
        SummaryTurn("外地的呢", "unknown"),
        SummaryTurn("转人工", ""),
    )
    assert (summary.business, summary.task, summary.reason) == ("提取", "", "")


def test_numbers_of_people_are_masked_and_long_stories_cut() -> None:
    rows = asked(1, "我的电话13800001111，身份证110101199003070011", LOST)
    summary = summarise(exchanges(rows), WISH, said="长" * 500)
    assert "13800001111" not in summary.turns[0].said
    assert "110101199003070011" not in summary.turns[0].said
    assert len(summary.turns[1].said) == LONGEST_SAID


def test_only_the_last_turns_are_told() -> None:
    rows = [row for n in range(20) for row in asked(2 * n + 1, f"第{n}问", LOST)]
    summary = summarise(exchanges(rows), WISH, said="转人工")
    assert [turn.said for turn in summary.turns] == [
        "第16问",
        "第17问",
        "第18问",
        "第19问",
        "转人工",
    ]
    assert len(summary.turns) == MOST_TURNS


def test_a_wish_before_the_bot_is_asked_still_tells_the_task_under_way() -> None:
    rows = [*asked(1, "我能贷多少", LOAN), *asked(3, "什么是首套", answered("什么是首套房"))]
    # The question in between was answered without the dialogue engine: the task is still open.
    rows[-1].meta = {**rows[-1].meta, "missed": True}
    keyword = BotReply(contents=[], missed=True)
    summary = summarise(exchanges(rows), WISH, said="转人工", reply=keyword)
    assert (summary.task, summary.answers) == ("贷款额度测算", ("房屋：首套",))
    # The bot has spoken since, and nothing is open any more.
    rows += asked(5, "算了", BotReply([TextContent(text="好的，不办了。")]))
    assert summarise(exchanges(rows), WISH, said="转人工").task == ""
    # What the reply itself says goes before what was.
    summary = summarise(exchanges(rows), WISH, said="贷15年", reply=LOAN)
    assert summary.task == "贷款额度测算"


def test_anger_and_complaints_are_told_and_outages() -> None:
    anger = HandoffDecision("understood", {"reason": "anger"})
    failed = BotReply([TextContent(text="抱歉")], missed=True, failed=True)
    summary = summarise(exchanges(asked(1, "查余额", failed)), anger, said="气死了")
    assert summary.reason == "anger"
    assert summary.turns[0].outcome == "failed"
    assert summarise([], HandoffDecision("understood", {"reason": "new"})).reason == ""


def test_what_the_rules_need_of_a_turn_is_kept_with_it() -> None:
    reply = BotReply(
        [], [HandOff("complaint", "执法")], Understanding(intent="complain"), failed=True
    )
    meta = meta_of(reply, reply_to=1, text="我要投诉", asked="我要投诉")
    assert meta["wishes"] == [{"reason": "complaint", "category": "执法"}]
    assert meta["failed"] is True
    quiet = meta_of(LOST, reply_to=1, text="问", asked="问")
    assert {"wishes", "failed", "task", "asked"} & set(quiet) == set()


def test_a_turn_that_people_took_over_is_known_where_it_is_asked_for() -> None:
    line = {"type": "activity", "kind": "handed_off", "text": "…", "data": {"to": "queued"}}
    rows = [
        message(1, "visitor", {"type": "text", "text": "转人工"}, {}),
        message(2, "system", line, {"rule": "keyword", TURN: {"reply_to": 1, "missed": True}}),
    ]
    assert exchanges(rows)[0].meta == {}
    assert exchanges(rows, handoffs=True)[0].meta == {"reply_to": 1, "missed": True}


def test_a_message_that_the_bot_had_offered_as_a_button_is_known_as_one() -> None:
    choices = [{"label": "再算一次", "value": "重新测算"}]
    offer = message(2, "bot", {"type": "choices", "text": "…", "choices": choices}, {})
    rows = [message(1, "visitor", {"type": "text", "text": "重新测算"}, {}), offer]
    for seq, text in ((3, "重新测算"), (4, "再算一次"), (5, "别的")):
        rows.append(message(seq, "visitor", {"type": "text", "text": text}, {}))
    assert [one.picked for one in exchanges(rows)] == [False, True, True, False]
    assert is_button("重新测算", rows)
    assert not is_button("别的", rows)


def test_answers_to_the_questions_of_a_task_are_told_once() -> None:
    rows = [*asked(1, "我能贷多少", LOAN), *asked(3, "首套", LOAN), *asked(5, "30年", LOAN)]
    summary = summarise(exchanges(rows), WISH, said="转人工")
    assert [turn.said for turn in summary.turns] == ["我能贷多少", "转人工"]
    assert summary.answers == ("房屋：首套",)


def test_a_reply_that_only_asks_people_in_has_answered_nothing() -> None:
    reply = BotReply([], [HandOff("anger")], Understanding(intent="anger"))
    anger = HandoffDecision("understood", {"reason": "anger"})
    assert summarise([], anger, said="气死了", reply=reply).turns == (SummaryTurn("气死了", ""),)
