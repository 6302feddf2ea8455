"""The life of a left message: one table, one function. Pure; called by the services of this package only."""

from __future__ import annotations

from enum import StrEnum

from core.errors import IllegalTransition


class LeftStatus(StrEnum):
    NEW = "new"  # nobody looks after it yet
    CLAIMED = "claimed"  # somebody does; the citizen waits for an answer
    ANSWERED = "answered"  # the citizen has been answered and may ask on
    HANDLED = "handled"  # done with; asking on opens it again


class LeftStep(StrEnum):
    LEAVE = "leave"  # the citizen's first step; never a later one
    CLAIM = "claim"
    GIVE_BACK = "give_back"
    ANSWER = "answer"
    FOLLOW_UP = "follow_up"  # 回访: somebody asked the citizen again, and noted what was said
    HANDLE = "handle"
    FILE = "file"  # it goes on as a ticket (ticketing.py), and is done with here
    ASK_AGAIN = "ask_again"  # the citizen adds something


_S, _T = LeftStatus, LeftStep

TABLE: dict[tuple[LeftStatus, LeftStep], LeftStatus] = {
    (_S.NEW, _T.CLAIM): _S.CLAIMED,
    (_S.NEW, _T.ASK_AGAIN): _S.NEW,
    (_S.NEW, _T.FILE): _S.HANDLED,
    (_S.CLAIMED, _T.GIVE_BACK): _S.NEW,
    (_S.CLAIMED, _T.ANSWER): _S.ANSWERED,
    (_S.CLAIMED, _T.FOLLOW_UP): _S.CLAIMED,
    (_S.CLAIMED, _T.HANDLE): _S.HANDLED,
    (_S.CLAIMED, _T.ASK_AGAIN): _S.CLAIMED,
    (_S.CLAIMED, _T.FILE): _S.HANDLED,
    (_S.ANSWERED, _T.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _T.FOLLOW_UP): _S.ANSWERED,
    (_S.ANSWERED, _T.HANDLE): _S.HANDLED,
    (_S.ANSWERED, _T.FILE): _S.HANDLED,
    # Whoever answered knows the matter, and goes on with it.
    (_S.ANSWERED, _T.ASK_AGAIN): _S.CLAIMED,
    (_S.HANDLED, _T.FOLLOW_UP): _S.HANDLED,
    (_S.HANDLED, _T.FILE): _S.HANDLED,
    # Some time may have passed: anybody may take it.
    (_S.HANDLED, _T.ASK_AGAIN): _S.NEW,
}

# While the citizen waits for an answer the deadline runs.
OWED = (LeftStatus.NEW, LeftStatus.CLAIMED)
_AGENTS = (_T.CLAIM, _T.GIVE_BACK, _T.ANSWER, _T.FOLLOW_UP, _T.HANDLE)


def next_status(status: LeftStatus, step: LeftStep) -> LeftStatus:
    """The status after `step`; raises IllegalTransition where the table has no such step."""
    try:
        return TABLE[status, step]
    except KeyError:
        raise IllegalTransition(_REFUSALS.get(status), status=status, step=step) from None


def next_by_agent(status: LeftStatus, step: LeftStep, *, forgotten: bool = False) -> LeftStatus:
    """As `next_status`, for the desk: the citizen's steps are not its to take.

    `forgotten`: what was personal is gone, and no words are added that nothing would ever take out again.
    """
    after = next_status(status, step)
    if step not in possible_steps(status, forgotten=forgotten):
        raise IllegalTransition(status=status, step=step)
    return after


def possible_steps(status: LeftStatus, *, forgotten: bool = False) -> list[LeftStep]:
    """What an agent can do next, for buttons."""
    steps = (LeftStep.HANDLE,) if forgotten else _AGENTS
    return [step for step in steps if (status, step) in TABLE]


_REFUSALS = {
    LeftStatus.NEW: "这条留言还没有人认领，请先认领。",
    LeftStatus.HANDLED: "这条留言已经办结，不能再这样操作。市民追问后会重新打开。",
}
