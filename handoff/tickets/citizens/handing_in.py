"""A citizen files a ticket himself: once, all or nothing, with a phone that is proved where texts are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation import thread
from core.conversation.attachments.repository import check_new
from core.conversation.content import ActivityContent, printable
from core.conversation.models import Conversation
from core.conversation.own_tickets import TicketForm, TicketWindow
from core.errors import InvalidInput, TooManyRequests
from core.rate_limit import RateLimit
from core.sensitive.book import SensitiveWords
from core.sms.codes import CodeExpired, Proof
from core.sms.phones import mobile
from core.sms.service import Sms
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.businesses import known as known_business
from handoff.texts import fill
from handoff.tickets import guessing
from handoff.tickets.citizens import repository as own
from handoff.tickets.citizens.proving import PhoneProofs
from handoff.tickets.citizens.reading import OwnTicketReader
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.life import filing
from handoff.tickets.life.who import Citizen
from handoff.tickets.models import Ticket
from handoff.tickets.self_service import CONFIG_NAME, CitizenTicketSettings
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import LoadedType, TicketTypeInactive, for_filing
from handoff.tickets.types.values import checked_values

FILED = "ticket_filed"
MOST_NAME, MOST_WORDS, MOST_FILES = 64, 2000, 9
# Beside the type's fields, for the desk: nobody has shown that the phone is his.
UNPROVED = {"手机号核验": "没有核验（短信未开通）"}


class TicketTextNeeded(InvalidInput):
    """Details: `field`."""

    code = "ticket_text_needed"


class TicketTooLarge(InvalidInput):
    """Details: `field`, `limit`."""

    code, status = "ticket_too_large", 413


class TooManyTickets(TooManyRequests):
    code, default_message = (
        "too_many_tickets",
        "今天登记的工单已经很多了，请明天再登记，或者转人工。",
    )


@dataclass(frozen=True, repr=False)
class Checked:
    """What was filled in, as it may be stored."""

    name: str
    text: str
    values: Mapping[str, Any]
    files: list[str]
    business: str | None


class HandingIn:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        proofs: PhoneProofs,
        sms: Sms,
        words: SensitiveWords,
        reader: OwnTicketReader,
    ) -> None:
        self._uows = uows
        self._proofs = proofs
        self._sms = sms
        self._words = words
        self._reader = reader
        # A code costs its own limits; whoever needs none has these.
        self._unproved = RateLimit(uows.clock, limit=5, window=timedelta(hours=1))
        self._unproved_there = RateLimit(uows.clock, limit=30, window=timedelta(hours=1))

    async def file(
        self,
        window: TicketWindow,
        wanted: TicketForm,
        open_conversation: Callable[[], Awaitable[str]],
    ) -> OwnTicketDetail:
        """The code is spent, the files are taken up and the number is given in one transaction.

        A `client_msg_id` stored before returns that ticket, whatever became of its code. Raises TicketTypeUnknown,
        TicketTypeInactive, TicketFieldRefused, TicketTextNeeded, TicketTooLarge, TooManyTickets, WordsRefused,
        AttachmentUnknown and the errors of the code.
        """
        stored = await self._stored(window.contact_id, wanted)
        if stored is not None:
            return stored
        async with self._uows.read() as session:
            # Before the code: a try that fails for something else is none.
            checked = await self._checked(session, window, wanted)
        try:
            proof = await self._proofs.check(wanted.phone, wanted.code)
        except CodeExpired:
            # The same form, sent at the same time, may just have spent it.
            stored = await self._stored(window.contact_id, wanted)
            if stored is None:
                raise
            return stored
        if proof is None:
            self._unproved.check(window.contact_id)
            self._unproved_there.check(window.address)
        conversation_id = await open_conversation()
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            # Under the lock: the same form sent twice at once is one ticket.
            ticket = await own.by_client_id(
                uow.session, conversation.contact_id, wanted.client_msg_id
            )
            if ticket is None:
                ticket = await self._store(uow, conversation, wanted, proof, checked)
            return await self._reader.detail(uow.session, ticket)

    async def _stored(self, contact_id: str, wanted: TicketForm) -> OwnTicketDetail | None:
        async with self._uows.read() as session:
            row = await own.by_client_id(session, contact_id, wanted.client_msg_id)
            return None if row is None else await self._reader.detail(session, row)

    async def _checked(
        self, session: AsyncSession, window: TicketWindow, wanted: TicketForm
    ) -> Checked:
        type_ = await offered(session, wanted.type)
        name = self._text("name", wanted.name, "请填写您的姓名。", MOST_NAME)
        text = self._text("text", wanted.text, "请写明具体情况。", MOST_WORDS)
        values = checked_values(type_.definition, wanted.fields, by="citizen", complete=True)
        values = {key: self._admitted(value) for key, value in values.items()}
        files = _files(type_.definition, values, wanted)
        if len(files) > MOST_FILES:
            raise TicketTooLarge(
                f"一张工单最多附 {MOST_FILES} 个文件。", field="attachment_ids", limit=MOST_FILES
            )
        await check_new(session, window.contact_id, files)
        settings = await get_config(session, CONFIG_NAME, CitizenTicketSettings)
        since = self._uows.clock.now() - timedelta(days=1)
        if await own.filed_since(session, window.contact_id, since) >= settings.most_a_day:
            raise TooManyTickets(limit=settings.most_a_day)
        return Checked(name, text, values, files, await known_business(session, wanted.business))

    def _text(self, field: str, written: str, missing: str, most: int) -> str:
        text = printable(written).strip()
        if not text:
            raise TicketTextNeeded(missing, field=field)
        if len(text) > most:
            raise TicketTooLarge(f"最多填写 {most} 个字。", field=field, limit=most)
        return self._words.admitted(text)

    def _admitted(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._words.admitted(value)
        if isinstance(value, dict):
            return {part: self._words.admitted(text) for part, text in value.items()}
        return value

    async def _store(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        wanted: TicketForm,
        proof: Proof | None,
        checked: Checked,
    ) -> Ticket:
        await self._proofs.spend(uow, proof)
        phone = mobile(wanted.phone)
        ticket = await filing.add(
            uow,
            filing.Filing(
                type=wanted.type, title=guessing.title_of(checked.text), description=checked.text,
                values=checked.values, beside={} if proof else UNPROVED, business=checked.business,
                by=Citizen(conversation.contact_id), source="citizen", conversation=conversation,
                external_id=own.external_id(conversation.contact_id, wanted.client_msg_id),
                citizen_name=checked.name, citizen_phone=phone, file_ids=checked.files,
            ),
        )  # fmt: skip
        settings = await get_config(uow.session, CONFIG_NAME, CitizenTicketSettings)
        line = ActivityContent(
            kind=FILED, text=fill(settings.thanks, number=ticket.number),
            data={"number": ticket.number},
        )  # fmt: skip
        await thread.append(uow, conversation, thread.SYSTEM, line)
        if proof is not None and settings.confirm_by_sms:
            await self._sms.enqueue(
                uow, phone=phone, template=FILED, params={"number": ticket.number},
                key=f"{ticket.id}/filed", inbox_id=conversation.inbox_id,
            )  # fmt: skip
        return ticket


async def offered(session: AsyncSession, type_id: str) -> LoadedType:
    """A type that citizens file themselves. Raises TicketTypeUnknown, TicketTypeInactive."""
    found = await for_filing(session, type_id)
    if not found.definition.by_citizen:
        raise TicketTypeInactive(field="type")
    return found


def _files(
    definition: TicketDefinition, values: Mapping[str, Any], wanted: TicketForm
) -> list[str]:
    """Those of its fields and those beside them, each once."""
    named = [
        file_id
        for field in definition.fields
        if field.kind == "file"
        for file_id in values.get(field.key, ())
    ]
    return list(dict.fromkeys([*named, *wanted.attachment_ids]))
