"""What the bot may ask about a citizen's tickets. `handoff/tickets` implements it, `app` plugs it in.

Whose tickets they are follows from the conversation, on the server; what the citizen says proves nothing but that
the phone is the one that was left with the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from core.conversation.business import Private

# The field of a ticket that holds the phone its citizen may prove himself with.
PHONE_FIELD = "联系电话"

TicketState = Literal["new", "open", "pending", "resolved", "closed", "withdrawn"]


@dataclass(frozen=True, repr=False)
class TicketProgress(Private):
    """How a ticket stands, without who works on it. Times are aware.

    `asked`: what the citizen is to add, while it waits for that. `answer`: what the citizen was told in the end.
    `due_at`: by when an answer was promised. `urged_at`: when the citizen last asked to hurry.
    """

    number: str
    type: str
    title: str
    state: TicketState
    filed_at: datetime
    changed_at: datetime
    asked: str = ""
    answer: str = ""
    due_at: datetime | None = None
    urged_at: datetime | None = None


class TicketLookup(Protocol):
    """`sender` is Rasa's name of the conversation: its id, a dot, and the number of the bot's episode."""

    async def own(self, sender: str) -> list[TicketProgress]:
        """The tickets of the conversation's contact, newest first, at most twenty."""
        ...

    async def by_number(self, sender: str, number: str, phone: str | None) -> TicketProgress | None:
        """The contact's own ticket of that number, or one that `phone` was left with; else None.

        An unknown number and a wrong phone answer alike. Raises TooManyRequests after too many wrong ones.
        """
        ...
