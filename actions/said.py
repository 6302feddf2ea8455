"""Reads from a conversation's events what was said before: the bot's replies, the citizen's questions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.conversation.content import (
    CONTENT,
    AnswerContent,
    Choice,
    ChoicesContent,
    Content,
    TextContent,
)

Event = Mapping[str, Any]
# What refers to an answer and is no question of its own.
ABOUT_ANSWERS = frozenset({"repeat", "explain", "not_solved", "thanks", "greet", "wait", "affirm"})


def last_replies(events: Sequence[Event]) -> list[Content]:
    """What the bot said in its last turn that said anything, in order."""
    replies: list[Content] = []
    for event in reversed(events):
        if event.get("event") == "user" and replies:
            break
        if event.get("event") == "bot":
            content = _content(event)
            replies = [content, *replies] if content is not None else replies
    return replies


def last_choices(events: Sequence[Event]) -> list[str]:
    """The values of the choices in what the bot said last."""
    said = last_replies(events)
    content = said[-1] if said else None
    return [c.value for c in content.choices] if isinstance(content, ChoicesContent) else []


def last_answer(events: Sequence[Event]) -> AnswerContent | None:
    """The knowledge base's answer given last."""
    for event in reversed(events):
        content = _content(event) if event.get("event") == "bot" else None
        if isinstance(content, AnswerContent):
            return content
    return None


def questions_asked(events: Sequence[Event]) -> list[str]:
    """What the citizen wrote before the present message that can be a question, oldest first."""
    said = [event for event in events if event.get("event") == "user"]
    return [str(e.get("text") or "") for e in said[:-1] if _intent(e) not in ABOUT_ANSWERS]


def times_in_a_row(events: Sequence[Event], intent: str) -> int:
    """How many of the citizen's last messages had this intent, the present one included."""
    count = 0
    for event in reversed(events):
        if event.get("event") == "user":
            if _intent(event) != intent:
                break
            count += 1
    return count


def _intent(event: Event) -> str:
    parsed = event.get("parse_data") or {}
    return str((parsed.get("intent") or {}).get("name") or "")


def _content(event: Event) -> Content | None:
    """A reply as it went to the citizen; None for what is no content (a directive)."""
    data = event.get("data") or {}
    custom = data.get("custom") or {}
    if "content" in custom:
        return CONTENT.validate_python(custom["content"])
    text = event.get("text")
    if not text:
        return None
    choices = [_choice(button) for button in _buttons(data)]
    return ChoicesContent(text=text, choices=choices) if choices else TextContent(text=text)


def _buttons(data: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return data.get("buttons") or []


def _choice(button: Mapping[str, Any]) -> Choice:
    return Choice(label=str(button["title"]), value=str(button["payload"]))
