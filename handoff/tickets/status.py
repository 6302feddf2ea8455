"""The life of a ticket: one table, one function. Pure; called by the ticket service only."""

from __future__ import annotations

from enum import StrEnum

from core.errors import IllegalTransition


class TicketStatus(StrEnum):
    NEW = "new"  # filed, nobody has taken it
    OPEN = "open"  # somebody works on it
    PENDING = "pending"  # waits for the citizen
    RESOLVED = "resolved"  # answered; may still be reopened or followed up
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class TicketStep(StrEnum):
    ACCEPT = "accept"  # somebody takes it, or takes it over
    ASSIGN = "assign"  # given to somebody
    RETURN = "return"  # given back with a reason
    COMMENT = "comment"  # a note of what was done
    ASK = "ask"  # a question to the citizen
    RESUME = "resume"  # the citizen has answered
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


_S, _T = TicketStatus, TicketStep

TABLE: dict[tuple[TicketStatus, TicketStep], TicketStatus] = {
    (_S.NEW, _T.ACCEPT): _S.OPEN,
    (_S.NEW, _T.ASSIGN): _S.NEW,
    (_S.NEW, _T.COMMENT): _S.NEW,
    (_S.NEW, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.OPEN, _T.ACCEPT): _S.OPEN,
    (_S.OPEN, _T.ASSIGN): _S.OPEN,
    (_S.OPEN, _T.RETURN): _S.NEW,
    (_S.OPEN, _T.COMMENT): _S.OPEN,
    (_S.OPEN, _T.ASK): _S.PENDING,
    (_S.OPEN, _T.RESOLVE): _S.RESOLVED,
    (_S.OPEN, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.PENDING, _T.ASSIGN): _S.PENDING,
    (_S.PENDING, _T.COMMENT): _S.PENDING,
    (_S.PENDING, _T.RESUME): _S.OPEN,
    (_S.PENDING, _T.RESOLVE): _S.RESOLVED,
    (_S.PENDING, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.RESOLVED, _T.COMMENT): _S.RESOLVED,
    (_S.RESOLVED, _T.CLOSE): _S.CLOSED,
    (_S.RESOLVED, _T.REOPEN): _S.OPEN,
    (_S.CLOSED, _T.REOPEN): _S.OPEN,
}


def next_status(status: TicketStatus, step: TicketStep) -> TicketStatus:
    """The status after `step`; raises IllegalTransition where the table has no such step."""
    try:
        return TABLE[status, step]
    except KeyError:
        raise IllegalTransition(status=status, step=step) from None


def possible_steps(status: TicketStatus) -> list[TicketStep]:
    """What can be done next, for buttons."""
    return [step for step in TicketStep if (status, step) in TABLE]
