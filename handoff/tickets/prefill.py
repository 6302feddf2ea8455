"""Fills the form of a ticket in from the conversation it is filed from: what the citizen said, and the bot understood.

No model writes it. Numbers of persons are shown in part, as everywhere; the citizen's phone alone is whole, because the
ticket is to hold it, and that somebody has seen it is audited.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.configs import get_config
from core.conversation import repository as conversations
from core.conversation.models import Contact, Conversation, Message
from core.conversation.past import PastExchange, exchanges
from core.conversation.summary import open_task, task_of
from core.errors import NotFound
from core.masked_numbers import covered
from core.masking import MOBILE
from core.sms.phones import PhoneInvalid, mobile
from core.unit_of_work import UnitOfWorkFactory
from handoff.businesses import CONFIG_NAME as BUSINESSES
from handoff.businesses import BusinessLines
from handoff.tickets import guessing
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import all_types
from handoff.tickets.types.values import TicketFieldRefused, Value, checked_values

# Of long conversations the end; what the citizen said in them, the beginning.
MOST_MESSAGES, MOST_SAID = 200, 10
LONGEST = 2000
_NAME = "姓名："

MayRead = Callable[[AsyncSession, Conversation, Actor], Awaitable[bool]]


class TicketPrefill(BaseModel):
    """What is known; the person who files looks it over. `fields`: by the keys of the type's fields."""

    type: str | None
    title: str
    description: str
    business: str | None
    region: str | None
    citizen_name: str
    citizen_phone: str
    fields: dict[str, Value]


class Prefill:
    def __init__(self, *, uows: UnitOfWorkFactory, may_read: MayRead) -> None:
        """`may_read`: whether somebody may see a conversation (desk.access)."""
        self._uows = uows
        self._may_read = may_read

    async def of(self, conversation_id: str, actor: Actor) -> TicketPrefill:
        """Raises NotFound, also for a conversation that the actor may not see."""
        async with self._uows.read() as session:
            conversation = await session.get(Conversation, conversation_id)
            if conversation is None or not await self._sees(session, conversation, actor):
                raise NotFound("没有找到这个会话。", what="conversation")
            rows = await conversations.messages(
                session, conversation_id, limit=MOST_MESSAGES, with_private=False
            )
            prefill = await _read(session, conversation, rows)
        if prefill.citizen_phone:
            async with self._uows.write() as uow:
                audit.record(
                    uow, actor=actor.account_id, action="conversation.prefilled",
                    subject=f"conversation:{conversation_id}",
                )  # fmt: skip
        return prefill

    async def _sees(self, session: AsyncSession, conversation: Conversation, actor: Actor) -> bool:
        allowed = actor.may(Permission.CONVERSATION_READ) and actor.may(Permission.PERSONAL_READ)
        return allowed and await self._may_read(session, conversation, actor)


async def _read(
    session: AsyncSession, conversation: Conversation, rows: Sequence[Message]
) -> TicketPrefill:
    past = exchanges(rows, handoffs=True)
    said = [one.text for one in past if one.spoken and not one.picked and one.text.strip()]
    task = _task(past)
    title, answers = task if task is not None else ("", ())
    types = {each.id: each.definition for each in await all_types(session) if each.active}
    type_ = guessing.type_of(
        said, {key: each.name for key, each in types.items()}, task=title,
        understood=[*_intents(past), _reason(conversation)],
    )  # fmt: skip
    contact = await session.get_one(Contact, conversation.contact_id)
    named = next((each.removeprefix(_NAME) for each in answers if each.startswith(_NAME)), "")
    return TicketPrefill(
        type=type_,
        title=covered(guessing.title_of(guessing.matter_of(said))),
        description=_description(said, title, answers),
        business=await _business(session, conversation),
        region=contact.region[:32] or None,
        citizen_name=named or contact.name[:64],
        citizen_phone=_phone(said),
        fields=_fitting(types[type_], answers) if type_ is not None else {},
    )


def _task(past: Sequence[PastExchange]) -> tuple[str, tuple[str, ...]] | None:
    """What the bot is at, or was at last: its title, and what was answered."""
    found = open_task(past)
    if found is None:
        found = next((task for one in reversed(past) if (task := task_of(one.meta))), None)
    return (found.title, found.answers) if found is not None else None


def _intents(past: Sequence[PastExchange]) -> list[str]:
    return [str(one.meta["intent"]) for one in past if one.meta.get("intent")]


def _reason(conversation: Conversation) -> str:
    """Why the bot handed over, as its evidence says."""
    evidence: Mapping[str, Any] = (conversation.handoff or {}).get("evidence") or {}
    return str(evidence.get("reason") or "")


def _description(said: Sequence[str], task: str, answers: Sequence[str]) -> str:
    parts = (
        ["市民说：", *(f"- {' '.join(text.split())}" for text in said[:MOST_SAID])] if said else []
    )
    if answers:
        parts += [f"智能助手已问到（{task}）：", *(f"- {answer}" for answer in answers)]
    text = covered("\n".join(parts))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


async def _business(session: AsyncSession, conversation: Conversation) -> str | None:
    """The line that the conversation is about, or the nearest above it that there is (公积金/提取)."""
    lines = (await get_config(session, BUSINESSES, BusinessLines)).lines
    parts = (conversation.business or "").split("/")
    return next((each for each in reversed(parts) if each in lines), None)


def _phone(said: Sequence[str]) -> str:
    """The mobile number that the citizen named last."""
    for text in reversed(said):
        for match in reversed(list(MOBILE.finditer(text))):
            try:
                return mobile(match[0])
            except PhoneInvalid:
                continue
    return ""


def _fitting(definition: TicketDefinition, answers: Sequence[str]) -> dict[str, Value]:
    """Answers that a field takes as they are; what does not fit stands in the description."""
    names = {each.name: each.key for each in definition.fields}
    fields: dict[str, Value] = {}
    for key, value in guessing.answered(answers, names).items():
        try:
            fields |= checked_values(definition, {key: value}, by="staff", complete=False)
        except TicketFieldRefused:
            continue
    return fields
