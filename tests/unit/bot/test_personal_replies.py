"""What an action marks as personal reaches the engine as personal, or the turn fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.replies import MalformedReply, read_replies
from core.conversation.content import Personal, TextContent

UNTIL = "2026-11-23T10:10:00+08:00"


def personal(mark: Any) -> dict[str, Any]:
    return {"custom": {"content": {"type": "text", "text": "余额1元"}, "personal": mark}}


def test_a_mark_belongs_to_its_own_content() -> None:
    replies = [
        {"custom": {"said": "[姓名] [证件号]"}},
        {"custom": {"content": {"type": "text", "text": "核验通过"}}},
        personal({"label": "公积金账户余额", "until": UNTIL}),
    ]
    reply = read_replies(replies)
    assert reply.contents[1] == TextContent(text="余额1元")
    until = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
    assert reply.personal == {1: Personal("公积金账户余额", until)}
    assert reply.said == "[姓名] [证件号]"
    assert not reply.signed_out


def test_leaving_is_told() -> None:
    left = [
        {"custom": {"signed_out": True}},
        {"custom": {"content": {"type": "text", "text": "好"}}},
    ]
    assert read_replies(left).signed_out


@pytest.mark.parametrize(
    "mark",
    [None, {}, "x", {"label": "a"}, {"label": "a", "until": "soon"}, {"label": "a", "until": 5},
     {"label": "a", "until": "2026-11-23T10:10:00"}],
)  # fmt: skip
def test_a_broken_mark_is_no_reason_to_show_it_to_everybody(mark: Any) -> None:
    with pytest.raises(MalformedReply):
        read_replies([personal(mark)])
