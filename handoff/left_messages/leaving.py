"""The citizen's side: leaves a message with a phone, proved where texts are sent, sees what became of it, asks on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation import thread
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.repository import check_new
from core.conversation.content import ActivityContent, printable
from core.conversation.leaving import Leave, OwnLeftMessages
from core.conversation.models import Conversation
from core.errors import Conflict, InvalidInput, NotFound
from core.ids import new_id
from core.rate_limit import RateLimit
from core.sensitive.book import SensitiveWords
from core.sms.codes import LEFT_MESSAGE, CodeExpired, PhoneCodes, Proof
from core.sms.phones import mobile
from core.sms.service import Sms
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.businesses import CONFIG_NAME as BUSINESSES
from handoff.businesses import BusinessLines
from handoff.businesses import known as known_business
from handoff.left_messages import clock, repository
from handoff.left_messages.files import attached, taken_up
from handoff.left_messages.history import VISITOR, VISITOR_NAME, record
from handoff.left_messages.models import NAME_LENGTH, LeftMessage, LeftMessageStep
from handoff.left_messages.offering import MOST_FILES, MOST_WORDS
from handoff.left_messages.schemas import LeftAnswer, OwnLeftMessage
from handoff.left_messages.status import LeftStatus, LeftStep, next_status
from handoff.queue.routes import Router
from handoff.texts import fill
from handoff.tickets.numbers import LEFT_MESSAGES, next_number

RECEIVED = "left_message_received"
# What a citizen writes twice within this time is a repeat of a lost acknowledgement.
REPEATED = timedelta(minutes=2)
# A person adds a word now and then; the steps of one left message stay readable.
MOST_STEPS = 100


class LeftTextNeeded(InvalidInput):
    """Details: `field`."""

    code = "left_text_needed"


class TooMuchLeft(InvalidInput):
    """Details: `field`, `limit`."""

    code, status = "left_message_too_large", 413


class LeftMessageClosed(Conflict):
    """Its personal data is gone, or it has more steps than anybody reads."""

    code, default_message = "left_message_closed", "这条留言已经结束，不能再追问，请新写一条留言。"


class CitizenLeftMessages:
    """Implements core.conversation.leaving.LeftMessages."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        codes: PhoneCodes,
        sms: Sms,
        links: FileLinks,
        words: SensitiveWords,
    ) -> None:
        self._uows = uows
        self._codes = codes
        self._sms = sms
        self._links = links
        self._words = words
        self._asking = RateLimit(uows.clock, limit=20, window=timedelta(hours=1))
        # A code costs its own limits; whoever needs none has this one.
        self._unproved = RateLimit(uows.clock, limit=5, window=timedelta(hours=1))

    async def leave(
        self, contact_id: str, wanted: Leave, open_conversation: Callable[[], Awaitable[str]]
    ) -> OwnLeftMessage:
        """All or nothing: the code is spent, the files are taken up and the number is given in one transaction.

        A `client_msg_id` stored before returns that left message, whatever became of its code. `open_conversation`
        gives the citizen's open conversation. Raises LeftTextNeeded, TooMuchLeft, WordsRefused, the errors of the
        code (core/sms/codes.py) and AttachmentUnknown.
        """
        stored = await self._stored(contact_id, wanted)
        if stored is not None:
            return stored
        name, text = self._checked(wanted)
        async with self._uows.read() as session:
            # Before the code: a try that fails for something else is none.
            await known_business(session, wanted.business)
            await check_new(session, contact_id, wanted.attachment_ids)
        try:
            proof = await self._prove(contact_id, wanted)
        except CodeExpired:
            # The same form, sent at the same time, may just have spent it.
            stored = await self._stored(contact_id, wanted)
            if stored is None:
                raise
            return stored
        conversation_id = await open_conversation()
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            # Under the lock: the same form sent twice at once is one left message.
            row = await repository.by_client_id(
                uow.session, conversation.contact_id, wanted.client_msg_id
            )
            if row is None:
                row = await self._store(uow, conversation, wanted, proof, name, text)
            return (await self._read(uow.session, [row]))[0]

    async def _prove(self, contact_id: str, wanted: Leave) -> Proof | None:
        """None where no code can be sent, and the organisation takes the phone as it is told."""
        async with self._uows.read() as session:
            asked_for = await self._asks_for_code(session)
        if asked_for:
            return await self._codes.check(wanted.phone, LEFT_MESSAGE, wanted.code)
        mobile(wanted.phone)
        self._unproved.check(contact_id)
        return None

    async def _asks_for_code(self, session: AsyncSession) -> bool:
        rules = await clock.settings(session)
        return not rules.without_sms or await self._codes.offered(session)

    async def _stored(self, contact_id: str, wanted: Leave) -> OwnLeftMessage | None:
        async with self._uows.read() as session:
            row = await repository.by_client_id(session, contact_id, wanted.client_msg_id)
            return None if row is None else (await self._read(session, [row]))[0]

    def _checked(self, wanted: Leave) -> tuple[str, str]:
        name = printable(wanted.name).strip()
        text = printable(wanted.text).strip()
        if not name:
            raise LeftTextNeeded("请填写您的姓名。", field="name")
        if not text:
            raise LeftTextNeeded("请填写留言内容。", field="text")
        for field, value, limit in (("name", name, NAME_LENGTH), ("text", text, MOST_WORDS)):
            if len(value) > limit:
                raise TooMuchLeft(f"最多填写 {limit} 个字。", field=field, limit=limit)
        if len(set(wanted.attachment_ids)) > MOST_FILES:
            raise TooMuchLeft(
                f"一条留言最多附 {MOST_FILES} 个文件。", field="attachment_ids", limit=MOST_FILES
            )
        return self._words.admitted(name), self._words.admitted(text)

    async def _store(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        wanted: Leave,
        proof: Proof | None,
        name: str,
        text: str,
    ) -> LeftMessage:
        if proof is not None:
            await self._codes.spend(uow, proof)
        business = await known_business(uow.session, wanted.business)
        files = await taken_up(uow, conversation, wanted.attachment_ids)
        router = await Router.load(uow.session, uow.clock.now())
        case = await router.case_of(conversation, business)
        now = uow.clock.now()
        row = LeftMessage(
            id=new_id(), number=await next_number(uow, LEFT_MESSAGES), client_msg_id=wanted.client_msg_id,
            conversation_id=conversation.id, contact_id=conversation.contact_id,
            inbox_id=conversation.inbox_id, channel=conversation.channel, business=business,
            group_id=router.group_for(case, None).group_id, name=name,
            phone=mobile(wanted.phone), phone_proved=proof is not None, text=text,
            files=files, status=LeftStatus.NEW.value, version=0, created_at=now, updated_at=now,
        )  # fmt: skip
        await clock.start(uow, row)
        uow.session.add(row)
        await uow.session.flush()
        await record(
            uow, row, LeftStep.LEAVE, LeftStatus.NEW, actor=VISITOR, actor_name=VISITOR_NAME,
            data={"files": len(files)} if files else {},
        )  # fmt: skip
        await self._confirm(uow, conversation, row)
        return row

    async def _confirm(self, uow: UnitOfWork, conversation: Conversation, row: LeftMessage) -> None:
        rules = await clock.settings(uow.session)
        assert row.due_at is not None
        thanks = fill(rules.thanks, number=row.number, due=clock.spoken(row.due_at))
        line = ActivityContent(kind="left_message", text=thanks, data={"number": row.number})
        await thread.append(uow, conversation, thread.SYSTEM, line)
        if rules.confirm_by_sms and row.phone_proved:
            await self._sms.enqueue(
                uow, phone=row.phone, template=RECEIVED, params={"number": row.number},
                key=f"{row.id}/received", inbox_id=row.inbox_id,
            )  # fmt: skip

    async def ask_again(self, contact_id: str, left_id: str, text: str) -> OwnLeftMessage:
        """The citizen adds something; what was answered or handled is opened again, with a new deadline.

        Raises NotFound, also for somebody else's, and LeftTextNeeded.
        """
        words = printable(text).strip()
        if not words:
            raise LeftTextNeeded("请填写要补充的内容。", field="text")
        if len(words) > MOST_WORDS:
            raise TooMuchLeft(f"最多填写 {MOST_WORDS} 个字。", field="text", limit=MOST_WORDS)
        words = self._words.admitted(words)
        self._asking.check(contact_id)
        async with self._uows.write() as uow:
            row = await repository.lock(uow.session, left_id)
            if row is None or row.contact_id != contact_id:
                raise NotFound("没有找到这条留言。", what="left_message")
            if row.forgotten_at is not None or row.version >= MOST_STEPS:
                raise LeftMessageClosed()
            last = await repository.last_step(uow.session, row.id)
            if not _repeats(last, words, uow.clock.now()):
                after = next_status(LeftStatus(row.status), LeftStep.ASK_AGAIN)
                if after is LeftStatus.NEW:
                    row.claimed_by = None
                row.handled_at = None
                await clock.start(uow, row)
                await record(
                    uow, row, LeftStep.ASK_AGAIN, after, actor=VISITOR, actor_name=VISITOR_NAME,
                    text=words,
                )  # fmt: skip
            return (await self._read(uow.session, [row]))[0]

    async def own(self, contact_id: str, inbox_id: str) -> list[OwnLeftMessage]:
        """The citizen's latest on the inbox, newest first, each with what was said about it."""
        async with self._uows.read() as session:
            rows = await repository.of_contact(session, contact_id, inbox_id)
            return await self._read(session, rows)

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnLeftMessages:
        lines = (await get_config(session, BUSINESSES, BusinessLines)).lines
        codes = await self._asks_for_code(session)
        if contact_id is None:
            return OwnLeftMessages(businesses=lines, codes=codes)
        count, answered_at = await repository.own_summary(session, contact_id, inbox_id)
        return OwnLeftMessages(count=count, answered_at=answered_at, businesses=lines, codes=codes)

    async def _read(
        self, session: AsyncSession, rows: Sequence[LeftMessage]
    ) -> list[OwnLeftMessage]:
        said: dict[str, list[LeftAnswer]] = {row.id: [] for row in rows}
        for step in await repository.steps(session, list(said)):
            if step.step in (LeftStep.ANSWER, LeftStep.ASK_AGAIN, LeftStep.FILE):
                by = "" if step.actor == VISITOR else step.actor_name
                said[step.left_message_id].append(LeftAnswer(at=step.at, by=by, text=step.text))
        return [
            OwnLeftMessage(
                id=row.id, number=row.number, status=LeftStatus(row.status), business=row.business,
                text=row.text, files=await attached(session, self._links, row), due_at=row.due_at,
                created_at=row.created_at, said=said[row.id],
            )
            for row in rows
        ]  # fmt: skip


def _repeats(last: LeftMessageStep | None, words: str, now: datetime) -> bool:
    return (
        last is not None
        and last.step == LeftStep.ASK_AGAIN
        and last.text == words
        and last.at > now - REPEATED
    )
