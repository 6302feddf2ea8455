"""The life of a conversation: one table, one function. Pure; called by the engine only."""

from __future__ import annotations

from enum import StrEnum

from core.errors import IllegalTransition


class ConversationStatus(StrEnum):
    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    CLOSED = "closed"


# Where the bot answers: its own, and beside the queue (core/conversation/beside.py).
ANSWERED = (ConversationStatus.BOT, ConversationStatus.QUEUED)


class Trigger(StrEnum):
    HANDED_OFF = "handed_off"  # a rule or the citizen asks for a person
    HANDOFF_CANCELLED = "handoff_cancelled"  # the citizen no longer wants to wait
    QUEUE_TIMED_OUT = "queue_timed_out"
    CLAIMED = "claimed"  # an agent takes it from the queue
    TAKEN_OVER = "taken_over"  # an agent takes it from the bot, a supervisor from an agent
    TRANSFERRED = "transferred"  # to another agent
    REQUEUED = "requeued"  # transferred to a group
    RELEASED = "released"  # back to the bot
    CLOSED = "closed"


_S, _T = ConversationStatus, Trigger

TABLE: dict[tuple[ConversationStatus, Trigger], ConversationStatus] = {
    (_S.BOT, _T.HANDED_OFF): _S.QUEUED,
    (_S.BOT, _T.TAKEN_OVER): _S.ASSIGNED,
    (_S.BOT, _T.CLOSED): _S.CLOSED,
    (_S.QUEUED, _T.CLAIMED): _S.ASSIGNED,
    (_S.QUEUED, _T.HANDOFF_CANCELLED): _S.BOT,
    (_S.QUEUED, _T.QUEUE_TIMED_OUT): _S.BOT,
    (_S.QUEUED, _T.CLOSED): _S.CLOSED,
    (_S.ASSIGNED, _T.TRANSFERRED): _S.ASSIGNED,
    (_S.ASSIGNED, _T.TAKEN_OVER): _S.ASSIGNED,
    (_S.ASSIGNED, _T.REQUEUED): _S.QUEUED,
    (_S.ASSIGNED, _T.RELEASED): _S.BOT,
    (_S.ASSIGNED, _T.CLOSED): _S.CLOSED,
}


def next_status(status: ConversationStatus, trigger: Trigger) -> ConversationStatus:
    """The status after `trigger`; raises IllegalTransition where the table has no such step."""
    try:
        return TABLE[status, trigger]
    except KeyError:
        raise IllegalTransition(status=status, trigger=trigger) from None
