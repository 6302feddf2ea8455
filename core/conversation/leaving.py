"""What the channels ask about left messages. `handoff/left_messages` implements it, `app` plugs it in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession


class LeftMessageUpdated(BaseModel):
    """A left message has moved on; whoever shows it asks anew."""

    id: str
    number: str
    status: Literal["new", "claimed", "answered", "handled"]
    version: int


class OwnLeftMessages(BaseModel):
    """How many messages the citizen has left, when one was answered last, and what another may be about.

    `codes`: a code proves the phone; else it is taken as told.
    """

    count: int = 0
    answered_at: datetime | None = None
    businesses: list[str] = []
    codes: bool = True


@dataclass(frozen=True, repr=False)
class Leave:
    """What a citizen fills in, as it came."""

    client_msg_id: str
    name: str
    phone: str
    code: str
    text: str
    business: str | None = None
    attachment_ids: Sequence[str] = ()


class LeftMessages(Protocol):
    async def leave(
        self, contact_id: str, wanted: Leave, open_conversation: Callable[[], Awaitable[str]]
    ) -> BaseModel:
        """All or nothing, and once for each client_msg_id; `open_conversation` gives the citizen's open one."""
        ...

    async def ask_again(self, contact_id: str, left_id: str, text: str) -> BaseModel:
        """The citizen adds something. Raises NotFound, also for somebody else's."""
        ...

    async def own(self, contact_id: str, inbox_id: str) -> Sequence[BaseModel]:
        """The citizen's latest on the inbox, newest first."""
        ...

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnLeftMessages:
        """What a window shows before it has asked for them; `contact_id` None: nobody we know."""
        ...
