"""Turns what Rasa answered, a list of replies, into the engine's BotReply. Pure.

Plain replies become texts, with buttons choices; `custom` payloads (actions/replies.py) are contents,
directives or understanding; `said` is the citizen's message as it may be kept, `task` what is under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from core.conversation.content import (
    CONTENT,
    Choice,
    ChoicesContent,
    Content,
    Personal,
    TextContent,
)
from core.conversation.ports import (
    BotReply,
    CloseConversation,
    Directive,
    FileTicket,
    HandOff,
    OpenTask,
    Understanding,
    UrgeTicket,
)
from core.errors import Unavailable

# In a payload: the task that is under way after the turn, {"title", "answers"}, or null.
TASK = "task"


class TurnFailed(Unavailable):
    """Rasa is there, but could not handle this one message."""

    code = "bot_turn_failed"


class MalformedReply(TurnFailed):
    """Rasa answered something that is no reply. Details: `why`."""

    code = "bot_reply_malformed"


@dataclass(frozen=True)
class LookUp:
    """Rasa has nothing to add: the message is a plain question, which whoever sent it may answer."""

    understanding: Understanding


def read_answer(replies: Any) -> BotReply | LookUp:
    """What Rasa said to one message. Raises MalformedReply."""
    if isinstance(replies, list) and len(replies) == 1:
        payload = _mapping(_mapping(replies[0]).get("custom") or {})
        if payload.get("look_up") is True:
            return LookUp(_understanding(_mapping(payload.get("understanding") or {})))
    return read_replies(replies)


def model_of(replies: Any) -> str:
    """Which model has answered; "" when it does not say."""
    closing = replies[-1] if isinstance(replies, list) and replies else None
    custom = closing.get("custom") if isinstance(closing, dict) else None
    return str(custom.get("model") or "") if isinstance(custom, dict) else ""


def read_replies(replies: Any) -> BotReply:
    """The reply of one turn. Raises MalformedReply when there is none: an empty list means that Rasa failed."""
    if not isinstance(replies, list):
        raise MalformedReply(part="rasa", why="not a list")
    contents: list[Content] = []
    directives: list[Directive] = []
    understanding: dict[str, Any] = {}
    personal: dict[int, Personal] = {}
    said: str | None = None
    task: OpenTask | None = None
    silent = signed_out = settled = False
    for reply in replies:
        custom = _mapping(reply).get("custom")
        if custom is None:
            contents.append(_plain(reply))
            continue
        payload = _mapping(custom)
        silent = silent or payload.get("silent") is True
        settled = payload.get("settled") is True
        understanding.update(_mapping(payload.get("understanding") or {}))
        signed_out = signed_out or payload.get("signed_out") is True
        said = str(payload["said"]) if "said" in payload else said
        if TASK in payload:
            task = _task(payload[TASK])
        if "content" in payload:
            if "personal" in payload:
                personal[len(contents)] = _personal(_mapping(payload["personal"]))
            contents.append(_content(payload["content"]))
        if "directive" in payload:
            directives.append(_directive(_mapping(payload["directive"])))
    if not contents and not directives and not silent:
        raise MalformedReply(part="rasa", why="empty")
    return BotReply(
        contents, directives, _understanding(understanding), personal, said, signed_out, settled,
        task=task,
    )  # fmt: skip


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedReply(part="rasa", why="not an object")
    return value


def _plain(reply: dict[str, Any]) -> Content:
    text = reply.get("text")
    if not isinstance(text, str) or not text:
        raise MalformedReply(part="rasa", why="reply without text")
    buttons: Sequence[dict[str, Any]] = reply.get("buttons") or []
    if not buttons:
        return TextContent(text=text)
    choices = [Choice(label=str(b["title"]), value=str(b["payload"])) for b in buttons]
    return ChoicesContent(text=text, choices=choices)


def _content(value: Any) -> Content:
    try:
        return CONTENT.validate_python(value)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
        raise MalformedReply(part="rasa", why=f"content: {fields}") from error


def _personal(value: dict[str, Any]) -> Personal:
    try:
        until = datetime.fromisoformat(value["until"])
        if until.tzinfo is None:
            raise ValueError("no zone")
        return Personal(label=str(value["label"]), until=until)
    except (KeyError, TypeError, ValueError):
        # Without its mark the content would be shown to everybody and kept for ever.
        raise MalformedReply(part="rasa", why="personal") from None


def _task(value: Any) -> OpenTask | None:
    """The last to speak of it is right: a task that was going on may have been finished in the same turn."""
    if value is None:
        return None
    fields = _mapping(value)
    return OpenTask(str(fields.get("title")), tuple(map(str, fields.get("answers") or ())))


def _directive(value: dict[str, Any]) -> Directive:
    match value.get("type"):
        case "hand_off":
            return HandOff(
                reason=str(value["reason"]),
                category=value.get("category"),
                evidence=value.get("evidence") or {},
            )
        case "file_ticket":
            return FileTicket(
                type=str(value["ticket_type"]),
                title=str(value["title"]),
                description=str(value["description"]),
                fields=value.get("fields") or {},
                business=value.get("business"),
                region=value.get("region"),
                name=str(value.get("name") or ""),
                phone=str(value.get("phone") or ""),
            )
        case "urge_ticket":
            return UrgeTicket(number=str(value["number"]), phone=value.get("phone"))
        case "close":
            return CloseConversation(reason=str(value.get("reason") or ""))
        case other:
            raise MalformedReply(part="rasa", why=f"unknown directive {other!r}")


def _understanding(value: dict[str, Any]) -> Understanding:
    return Understanding(
        intent=value.get("intent"),
        confidence=value.get("confidence"),
        band=value.get("band"),
        article_id=value.get("article_id"),
        score=value.get("score"),
        business=value.get("business"),
    )
