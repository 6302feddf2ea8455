"""Which steps of a ticket concern its citizen, and as what he reads them. Pure; for his windows and for what they hear.

Who works on it, what is reviewed, sent back or noted is the office's own affair.
"""

from __future__ import annotations

from typing import Literal

from handoff.tickets.status import FILE, TicketStatus, TicketStep

# filed: registered; accepted: somebody has begun; asked: the citizen is to add something; resumed: the office knows
# it by now; added, urged, rated: by the citizen; replied: words of the office that settle nothing yet; answered: the
# result; followed_up: he was asked whether it is settled.
Milestone = Literal[
    "filed", "accepted", "asked", "resumed", "added", "urged", "replied", "answered", "reopened", "followed_up",
    "closed", "withdrawn", "merged", "rated",
]  # fmt: skip

_T = TicketStep
_ALWAYS: dict[str, Milestone] = {
    FILE: "filed", _T.ASK: "asked", _T.RESUME: "resumed", _T.REMARK: "added", _T.URGE: "urged",
    _T.REPLY: "replied", _T.REOPEN: "reopened", _T.FOLLOW_UP: "followed_up", _T.CLOSE: "closed",
    _T.WITHDRAW: "withdrawn", _T.MERGE: "merged", _T.RATE: "rated",
}  # fmt: skip
# What the citizen does himself.
BY_CITIZEN: frozenset[Milestone] = frozenset({"added", "urged", "rated"})
# What he is to read before all else.
NEWS: frozenset[Milestone] = frozenset({"asked", "replied", "answered"})


def milestone(step: str, before: str | None, after: str) -> Milestone | None:
    """What the step from `before` to `after` is to the citizen; None: nothing.

    Judged by what it leads to: an answer may be given at once, or by the last of several reviews.
    """
    if after == TicketStatus.RESOLVED and before != after:
        return "answered"
    if (before, after) == (TicketStatus.NEW, TicketStatus.OPEN):
        return "accepted"
    return _ALWAYS.get(step)
