"""What each kind of line is worth to a citizen who is allowed a handful of them: one table. Pure.

Citizens on our own windows see every line. WeChat counts them, so there a line about the service goes along with the
next words, unless nothing else will come; and only words themselves may take the last reply.
"""

from __future__ import annotations

from enum import IntEnum

from core.conversation.status import Trigger


class Weight(IntEnum):
    """never: not for citizens there. carried: with the next bubble. sent: at once, but never as the last reply.

    matters: an answer or somebody's words; what the replies are for.
    """

    NEVER = 0
    CARRIED = 1
    SENT = 2
    MATTERS = 3


LINES: dict[str, Weight] = {
    # He waits now, and nothing is said until somebody comes.
    Trigger.HANDED_OFF: Weight.SENT,
    # What he asked for was done.
    Trigger.HANDOFF_CANCELLED: Weight.SENT,
    # Nobody came: what he can do instead.
    Trigger.QUEUE_TIMED_OUT: Weight.SENT,
    # Who serves now: they are about to write.
    Trigger.CLAIMED: Weight.CARRIED,
    Trigger.TAKEN_OVER: Weight.CARRIED,
    Trigger.TRANSFERRED: Weight.CARRIED,
    Trigger.REQUEUED: Weight.CARRIED,
    Trigger.RELEASED: Weight.CARRIED,
    # The end; with it the invitation to rate.
    Trigger.CLOSED: Weight.SENT,
    "rating_invited": Weight.SENT,
    # One place further is no reason to spend a reply.
    "queue_moved": Weight.CARRIED,
    # The agent has gone and nothing comes for a while.
    "agent_away": Weight.SENT,
    # Unless he writes it is closed: said in time or not at all.
    "idle_reminder": Weight.SENT,
    "colleague_joined": Weight.CARRIED,
    "colleague_left": Weight.CARRIED,
    # A number he can quote.
    "ticket_filed": Weight.SENT,
    "left_message": Weight.SENT,
    # They stand for something that is not there any more.
    "recalled": Weight.NEVER,
    "file_expired": Weight.NEVER,
}

# Said in time or not at all, though they are worth a reply of their own.
_MOMENTARY = frozenset({"agent_away", "idle_reminder"})

# Of these only the last one waiting is still true.
_STANDING = frozenset(
    {
        Trigger.HANDED_OFF,
        Trigger.CLAIMED,
        Trigger.TAKEN_OVER,
        Trigger.TRANSFERRED,
        Trigger.REQUEUED,
        Trigger.RELEASED,
        Trigger.CLOSED,
        "queue_moved",
    }
)


def weight_of(author: str, line: str) -> Weight:
    """`author`: the message's author kind. `line`: the kind of an activity line, "" for any other content."""
    if line:
        # A line nobody has thought of is told, as it always was.
        return LINES.get(line, Weight.SENT)
    return Weight.SENT if author == "system" else Weight.MATTERS


def outdates(later: str, earlier: str) -> bool:
    """Whether a waiting line of kind `earlier` says nothing any more once one of kind `later` waits behind it."""
    return later in _STANDING and earlier in _STANDING


def passes(line: str) -> bool:
    """Whether a line says nothing any more when it comes much later."""
    return line in _MOMENTARY or LINES.get(line) is Weight.CARRIED
