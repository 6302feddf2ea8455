"""Who a visitor's message is for. Pure."""

from __future__ import annotations

from enum import StrEnum

from core.conversation.status import ConversationStatus


class Route(StrEnum):
    BOT = "bot"
    QUEUE = "queue"  # stored and shown to whoever claims it
    AGENT = "agent"


def decide(status: ConversationStatus) -> Route:
    match status:
        case ConversationStatus.BOT:
            return Route.BOT
        case ConversationStatus.QUEUED:
            return Route.QUEUE
        case ConversationStatus.ASSIGNED:
            return Route.AGENT
        case ConversationStatus.CLOSED:
            raise ValueError("a closed conversation takes no messages; the intake opens a new one")
