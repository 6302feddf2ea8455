"""From Rasa's list of replies to the engine's BotReply."""

from __future__ import annotations

from typing import Any

import pytest

from bot.replies import MalformedReply, read_replies
from core.conversation.content import ChoicesContent, TextContent
from core.conversation.ports import CloseConversation, FileTicket, HandOff


def test_plain_texts_and_buttons_become_contents() -> None:
    reply = read_replies(
        [
            {"recipient_id": "1", "text": "您好"},
            {"text": "选一个", "buttons": [{"title": "甲", "payload": "我选甲"}]},
        ]
    )
    assert reply.contents[0] == TextContent(text="您好")
    second = reply.contents[1]
    assert isinstance(second, ChoicesContent)
    assert second.choices[0].model_dump() == {"label": "甲", "value": "我选甲"}


def test_understanding_of_classifier_and_search_is_put_together() -> None:
    reply = read_replies(
        [
            {"custom": {"content": {"type": "text", "text": "答"}}},
            {"custom": {"understanding": {"band": "answer", "article_id": "a", "score": 0.9}}},
            {"custom": {"understanding": {"intent": "ask_loan", "confidence": 0.8}}},
        ]
    )
    assert reply.understanding.intent == "ask_loan"
    assert reply.understanding.band == "answer"
    assert reply.understanding.score == 0.9


def test_directives_are_read() -> None:
    ticket = {"type": "file_ticket", "ticket_type": "complaint", "title": "t", "description": "d"}
    reply = read_replies(
        [
            {
                "custom": {
                    "directive": {"type": "hand_off", "reason": "complaint", "category": "提取"}
                }
            },
            {"custom": {"directive": ticket}},
            {"custom": {"directive": {"type": "close", "reason": "done"}}},
        ]
    )
    assert reply.directives == [
        HandOff("complaint", "提取"),
        FileTicket("complaint", "t", "d"),
        CloseConversation("done"),
    ]


@pytest.mark.parametrize(
    "replies",
    [
        [],
        {},
        "text",
        None,
        [1],
        [{"text": ""}],
        [{"custom": "x"}],
        [{"custom": {"understanding": {"intent": "greet"}}}],
        [{"custom": {"content": {"type": "text", "wrong": 1}}}],
        [{"custom": {"directive": {"type": "explode"}}}],
    ],
)
def test_what_is_no_reply_is_a_failure_and_never_an_empty_reply(replies: Any) -> None:
    with pytest.raises(MalformedReply):
        read_replies(replies)


def test_silence_has_to_be_said() -> None:
    assert read_replies([{"custom": {"silent": True}}]).contents == []
