"""HTTP routes of inboxes: which there are, their names and greetings, and new ones for further websites.

Accounts of WeChat are connected by their channel, which needs their secrets; here they are named and switched.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.exc import IntegrityError

from core import audit
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.content import Choice, ChoicesContent
from core.conversation.inboxes import all_inboxes
from core.conversation.models import Inbox
from core.errors import Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

Reader = Annotated[Actor, Depends(require(Permission.CONVERSATION_READ))]
Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]
InboxId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
NewId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
# The channel whose inboxes need nothing but a name.
WEB = "web"


class Greeting(BaseModel):
    """The first bubble: a text and what can be chosen at once."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    choices: list[Line] = Field(default=[], max_length=12)


class InboxRead(BaseModel):
    """`greeting` is null where the channel has its own way to greet."""

    id: str
    channel: str
    name: str
    enabled: bool
    greeting: Greeting | None
    created_at: datetime


class InboxCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: NewId
    name: Name
    greeting: Greeting | None = None


class InboxUpdate(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    enabled: bool | None = None
    greeting: Greeting | None = None


def build_router(uows: UnitOfWorkFactory) -> APIRouter:
    router = APIRouter(prefix="/inboxes", tags=["inboxes"])

    @router.get("")
    async def list_inboxes(actor: Reader) -> list[InboxRead]:
        async with uows.read() as session:
            return [_read(inbox) for inbox in await all_inboxes(session)]

    @router.post("", status_code=201)
    async def create_inbox(body: InboxCreate, actor: Editor) -> InboxRead:
        """A further website. Its embed script names the inbox by its id."""
        try:
            async with uows.write() as uow:
                inbox = Inbox(
                    id=body.id, channel=WEB, name=body.name, enabled=True,
                    config=_welcome(body.greeting), created_at=uow.clock.now(),
                )  # fmt: skip
                uow.session.add(inbox)
                _note(uow, actor, inbox, "inbox.created")
                await uow.session.flush()
                return _read(inbox)
        except IntegrityError as error:
            raise Conflict("已经有这个编号的接入点。", field="id") from error

    @router.patch("/{inbox_id}")
    async def update_inbox(inbox_id: InboxId, body: InboxUpdate, actor: Editor) -> InboxRead:
        async with uows.write() as uow:
            inbox = await uow.session.get(Inbox, inbox_id, with_for_update=True)
            if inbox is None:
                raise NotFound("没有这个接入点。", what="inbox")
            if body.greeting is not None and inbox.channel != WEB:
                raise InvalidInput("这个渠道的欢迎语在它自己的账号设置里。", field="greeting")
            inbox.name = body.name if body.name is not None else inbox.name
            inbox.enabled = body.enabled if body.enabled is not None else inbox.enabled
            if body.greeting is not None:
                inbox.config = {**inbox.config, **_welcome(body.greeting)}
            _note(uow, actor, inbox, "inbox.changed", enabled=inbox.enabled)
            return _read(inbox)

    return router


def _welcome(greeting: Greeting | None) -> dict[str, Any]:
    if greeting is None:
        return {}
    choices = [Choice(label=line, value=line) for line in greeting.choices]
    content = ChoicesContent(text=greeting.text, choices=choices)
    return {"welcome": [content.model_dump(mode="json")]}


def _read(inbox: Inbox) -> InboxRead:
    greeting = None
    welcome = inbox.config.get("welcome")
    if inbox.channel == WEB and welcome:
        first = ChoicesContent.model_validate(welcome[0])
        greeting = Greeting(text=first.text, choices=[each.label for each in first.choices])
    return InboxRead(
        id=inbox.id, channel=inbox.channel, name=inbox.name, enabled=inbox.enabled,
        greeting=greeting, created_at=inbox.created_at,
    )  # fmt: skip


def _note(uow: UnitOfWork, actor: Actor, inbox: Inbox, action: str, **data: Any) -> None:
    audit.record(uow, actor=actor.account_id, action=action, subject=f"inbox:{inbox.id}", **data)
