"""What a turn knows of the turns before it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.conversation.models import Message
from core.conversation.past import MOST_MISSED, exchanges, is_settled, meta_of, missed
from core.conversation.ports import BotReply, Understanding

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def said(seq: int, text: str) -> Message:
    content = {"type": "text", "text": text}
    return Message(
        conversation_id="c", seq=seq, author_kind="visitor", content=content, meta={}, created_at=AT
    )


def replied(seq: int, text: str = "答", **meta: Any) -> Message:
    content = {"type": "text", "text": text}
    return Message(
        conversation_id="c", seq=seq, author_kind="bot", content=content, meta=meta, created_at=AT
    )


def turn(seq: int, **meta: Any) -> list[Message]:
    return [said(seq, f"问{seq}"), replied(seq + 1, reply_to=seq, **meta)]


def test_all_bubbles_of_a_turn_belong_to_the_message_it_answers() -> None:
    rows = [
        said(1, "一"),
        said(2, "二"),
        replied(3, reply_to=1),
        replied(4),
        replied(5, reply_to=2),
    ]
    first, second = exchanges(rows)
    assert [row.seq for row in first.replies] == [3, 4]
    assert [row.seq for row in second.replies] == [5]


def test_what_was_said_to_people_is_no_reply_of_the_bot() -> None:
    rows = [said(1, "一"), replied(2, reply_to=1), said(3, "二"), replied(4)]
    assert [len(one.replies) for one in exchanges(rows)] == [1, 0]


def test_a_fresh_episode_is_settled_and_one_that_is_cut_off_is_not() -> None:
    assert is_settled([], whole=True)
    assert not is_settled([], whole=False)


def test_settled_is_what_the_last_turn_left() -> None:
    assert is_settled(exchanges([*turn(1, settled=False), *turn(3, settled=True)]), whole=True)
    assert not is_settled(exchanges([*turn(1, settled=True), *turn(3)]), whole=True)
    # Nothing was kept of the last turn: it may have opened a task.
    assert not is_settled(exchanges([*turn(1, settled=True), said(3, "好")]), whole=True)


def test_turns_since_the_last_one_the_dialogue_engine_saw_are_told() -> None:
    rows = [*turn(1, missed=True), *turn(3, missed=False), *turn(5, missed=True, band="answer")]
    rows += turn(7, missed=True)
    told = missed(exchanges(rows))
    found = {"band": "answer", "article_id": None, "score": None, "business": None}
    assert [(one.seq, one.text, one.understanding) for one in told] == [
        (5, "问5", found),
        (7, "问7", None),
    ]
    assert told[0].contents == ({"type": "text", "text": "答"},)


def test_a_turn_of_which_nothing_was_kept_ends_what_is_told() -> None:
    assert missed(exchanges([*turn(1, missed=True), said(3, "好")])) == ()


def test_no_more_than_the_latest_turns_are_told() -> None:
    rows = [row for seq in range(1, 41, 2) for row in turn(seq, missed=True)]
    told = missed(exchanges(rows))
    assert len(told) == MOST_MISSED
    assert told[-1].seq == 39


def test_a_typed_label_is_told_as_the_choice_it_names() -> None:
    reply = BotReply(contents=[], understanding=Understanding(band="answer"), missed=True)
    meta = meta_of(reply, reply_to=1, text="西城区", asked="西城区的服务大厅在哪里")
    rows = [said(1, "西城区"), replied(2, **meta)]
    assert missed(exchanges(rows))[0].text == "西城区的服务大厅在哪里"
    assert "asked" not in meta_of(reply, reply_to=1, text="好", asked="好")
