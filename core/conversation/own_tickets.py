"""What citizens' windows ask about their tickets. `handoff/tickets/citizens` implements it, `app` plugs it in.

A window shows the tickets that were filed in its inbox by its contact. Any other is opened with its number and the
phone that was left with it; the key that this gives opens it for that window and some time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from core.events import OwnTickets


@dataclass(frozen=True)
class TicketWindow:
    """Who asks: the contact behind a window of the inbox. `address`: the client's IP, "" where it is not known."""

    contact_id: str
    inbox_id: str
    address: str = ""


@dataclass(frozen=True, repr=False)
class TicketOpening:
    """What a citizen tells to see a ticket that is not his window's, as it came."""

    number: str
    phone: str
    code: str


@dataclass(frozen=True, repr=False)
class TicketKey:
    """Which ticket; `key`: what opening it gave, "" for one of the window's own."""

    id: str
    key: str = ""


@dataclass(frozen=True, repr=False)
class TicketForm:
    """What a citizen fills in to file one, as it came. `fields`: by the keys of the type's fields."""

    client_msg_id: str
    type: str
    text: str
    name: str
    phone: str
    code: str
    business: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    attachment_ids: Sequence[str] = ()


@dataclass(frozen=True, repr=False)
class TicketRemark:
    """Words or files added to one. `disputes`: the citizen does not agree with the answer."""

    client_msg_id: str
    text: str
    attachment_ids: Sequence[str] = ()
    disputes: bool = False


class ShownTicket(BaseModel):
    """What channels need to know of a ticket they show. `key`: opens it again, where it is not the window's own."""

    id: str
    key: str = ""


class CitizensTickets(Protocol):
    """Each method that names a ticket raises NotFound for somebody else's, as for one that does not exist."""

    async def forms(self) -> BaseModel:
        """What may be filed, with the fields to fill in."""
        ...

    async def own(self, window: TicketWindow) -> Sequence[BaseModel]:
        """The latest of the window's own, newest first."""
        ...

    async def open(self, window: TicketWindow, wanted: TicketOpening) -> ShownTicket:
        """One by its number. An unknown number and a wrong phone answer alike."""
        ...

    async def read(self, window: TicketWindow, which: TicketKey) -> ShownTicket: ...

    async def file(
        self,
        window: TicketWindow,
        wanted: TicketForm,
        open_conversation: Callable[[], Awaitable[str]],
    ) -> BaseModel:
        """All or nothing, and once for each client_msg_id; `open_conversation` gives the citizen's open one."""
        ...

    async def remark(
        self, window: TicketWindow, which: TicketKey, wanted: TicketRemark
    ) -> BaseModel: ...

    async def withdraw(self, window: TicketWindow, which: TicketKey, reason: str) -> BaseModel: ...

    async def urge(self, window: TicketWindow, which: TicketKey) -> BaseModel:
        """Ask to hurry, once a day."""
        ...

    async def confirm(self, window: TicketWindow, which: TicketKey) -> BaseModel:
        """The answer has settled it."""
        ...

    async def rate(
        self, window: TicketWindow, which: TicketKey, score: int, tags: Sequence[str], comment: str
    ) -> BaseModel:
        """Once, and for a day otherwise."""
        ...

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnTickets:
        """What a window shows before it has asked; `contact_id` None: nobody we know."""
        ...
