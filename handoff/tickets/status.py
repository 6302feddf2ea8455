"""The life of a ticket: one table, one function. Pure; called by handoff/tickets/life only.

The status says where a ticket stands for everybody; within `open` its type's flow says whose turn it is (types/).
"""

from __future__ import annotations

from enum import StrEnum

from core.errors import IllegalTransition


class TicketStatus(StrEnum):
    NEW = "new"  # filed, nobody has accepted it
    OPEN = "open"  # somebody works on it, or reviews it
    PENDING = "pending"  # waits for the citizen
    RESOLVED = "resolved"  # answered; may still be reopened or followed up
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class TicketStep(StrEnum):
    CLASSIFY = "classify"  # another type, whose flow begins
    REVISE = "revise"  # title, fields, priority, business or region are put right
    ASSIGN = "assign"  # given to a department or a person
    ACCEPT = "accept"  # somebody takes it, or takes it over
    RETURN = "return"  # given back to whoever dispatches, with a reason
    COMMENT = "comment"  # a note of what was done
    REPLY = "reply"  # words to the citizen that settle nothing yet
    ASK = "ask"  # a question to the citizen; clocks stand still
    RESUME = "resume"  # the citizen has answered
    SUBMIT = "submit"  # one's stage of the flow is done
    APPROVE = "approve"  # a review is passed
    SEND_BACK = "send_back"  # a review is not passed
    RESOLVE = "resolve"  # settled: `reason` is the answer
    TELL = "tell"  # the citizen was told what a step said: an answer, a question, another number
    FOLLOW_UP = "follow_up"  # 回访: the citizen was asked whether it is
    RATE = "rate"  # the citizen rates the result
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    URGE = "urge"  # 催办
    REMARK = "remark"  # the citizen adds words or files
    MERGE = "merge"  # a duplicate: goes on in another ticket
    TAKE_IN = "take_in"  # the other side of it: a duplicate goes on here
    LINK = "link"  # related to another ticket
    UNLINK = "unlink"
    ESCALATE = "escalate"  # late: named people were told
    RESCHEDULE = "reschedule"  # policy, duty hours or calendar changed: due at another time


# How the history calls the filing itself, from which there is no way back: no step of the table.
FILE = "file"

_S, _T = TicketStatus, TicketStep
# What moves nothing, where it is possible.
_UNDER_WAY = (
    _T.ASSIGN, _T.REVISE, _T.COMMENT, _T.REPLY, _T.LINK, _T.UNLINK, _T.TAKE_IN, _T.ESCALATE,
    _T.RESCHEDULE,
)  # fmt: skip
_DONE = (_T.COMMENT, _T.FOLLOW_UP, _T.RATE, _T.LINK, _T.UNLINK)

TABLE: dict[tuple[TicketStatus, TicketStep], TicketStatus] = {
    **{(status, step): status for status in (_S.NEW, _S.OPEN, _S.PENDING) for step in _UNDER_WAY},
    **{(status, step): status for status in (_S.RESOLVED, _S.CLOSED) for step in _DONE},
    # The message goes out after the step it is about; another step may have been quicker.
    **{(status, _T.TELL): status for status in _S},
    (_S.NEW, _T.CLASSIFY): _S.NEW,
    (_S.NEW, _T.ACCEPT): _S.OPEN,
    (_S.NEW, _T.RETURN): _S.NEW,
    (_S.NEW, _T.URGE): _S.NEW,
    (_S.NEW, _T.REMARK): _S.NEW,
    (_S.NEW, _T.MERGE): _S.CLOSED,
    (_S.NEW, _T.WITHDRAW): _S.WITHDRAWN,
    # Another type has another flow: it begins anew.
    (_S.OPEN, _T.CLASSIFY): _S.NEW,
    (_S.OPEN, _T.ACCEPT): _S.OPEN,
    (_S.OPEN, _T.RETURN): _S.NEW,
    (_S.OPEN, _T.ASK): _S.PENDING,
    (_S.OPEN, _T.SUBMIT): _S.OPEN,
    (_S.OPEN, _T.APPROVE): _S.OPEN,
    (_S.OPEN, _T.SEND_BACK): _S.OPEN,
    (_S.OPEN, _T.RESOLVE): _S.RESOLVED,
    (_S.OPEN, _T.URGE): _S.OPEN,
    (_S.OPEN, _T.REMARK): _S.OPEN,
    (_S.OPEN, _T.MERGE): _S.CLOSED,
    (_S.OPEN, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.PENDING, _T.RESUME): _S.OPEN,
    (_S.PENDING, _T.REMARK): _S.OPEN,
    (_S.PENDING, _T.RESOLVE): _S.RESOLVED,
    (_S.PENDING, _T.MERGE): _S.CLOSED,
    (_S.PENDING, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.RESOLVED, _T.REPLY): _S.RESOLVED,
    (_S.RESOLVED, _T.REMARK): _S.RESOLVED,
    (_S.RESOLVED, _T.CLOSE): _S.CLOSED,
    (_S.RESOLVED, _T.REOPEN): _S.OPEN,
    (_S.CLOSED, _T.REOPEN): _S.OPEN,
}

# Statuses in which something is owed.
UNDER_WAY = (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING)
# Steps of the citizen, and of the product itself: never a button of the desk.
NOT_OF_THE_DESK = frozenset({_T.RATE, _T.REMARK, _T.TELL, _T.TAKE_IN, _T.ESCALATE, _T.RESCHEDULE})
# Of these nobody needs to know before his own step.
QUIET = frozenset({_T.TELL, _T.ESCALATE, _T.RESCHEDULE})


def next_status(status: TicketStatus, step: TicketStep) -> TicketStatus:
    """The status after `step`; raises IllegalTransition where the table has no such step."""
    try:
        return TABLE[status, step]
    except KeyError:
        raise IllegalTransition(status=status, step=step) from None


def possible_steps(status: TicketStatus) -> list[TicketStep]:
    """What the desk can do next, as far as the status says; whose turn it is says the flow."""
    return [step for step in TicketStep if (status, step) in TABLE and step not in NOT_OF_THE_DESK]
