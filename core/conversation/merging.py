"""Two contacts become one: everything that hangs on the one that goes is put on the one that stays. See persons.py.

One transaction, in which conversations are locked before the contact, as everywhere: who stores a message holds the
conversation, and whoever writes a row that names the contact needs the contact to be there. So a message that is
stored at the same time either is moved along, or fails on the contact that is gone and is stored anew by the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, ForeignKeyConstraint, Table, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import thread
from core.conversation.attachments.models import Attachment
from core.conversation.models import (
    Contact,
    ContactIdentity,
    ContactUnion,
    Conversation,
    Inbox,
    Message,
)
from core.conversation.status import ConversationStatus, Trigger
from core.database import Base
from core.errors import BangbanError, Conflict
from core.ids import new_id
from core.unit_of_work import UnitOfWork

ELSEWHERE = "您已在另一个窗口继续咨询，这里的会话已结束。"
# Two ids of a citizen on one inbox are two windows on a website, which is fine. An account of WeChat has one id for
# each person: two of them are two people.
MANY_WINDOWS = frozenset({"web"})


class JoinCollided(Conflict):
    """Somebody is writing to what would be moved. Later it goes."""

    code, default_message = "contact_join_collided", "联系人正在使用中，稍后会自动合并。"


class JoinPutOff(JoinCollided):
    """People serve both at the moment, on one inbox, where a contact has one conversation at most."""

    code = "contact_join_put_off"


class Contradiction(BangbanError):
    """They cannot be one person. Details: `reason`."""

    code, status, default_message = "contact_join_refused", 409, "两个联系人不是同一个人。"


def references() -> Iterator[Column[str]]:
    """Every column that names a contact, of all tables there are: a new table cannot be forgotten."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                for element in constraint.elements:
                    if element.target_fullname == "contacts.id":
                        yield element.parent


async def merge(uow: UnitOfWork, *, kept: str, gone: str) -> list[str]:
    """Move everything from `gone` to `kept`. Returns the ids of the conversations that were moved.

    Raises Contradiction, JoinCollided, JoinPutOff; then nothing of the transaction may be committed.
    """
    session = uow.session
    theirs = await _locked(session, kept, gone)
    people = {each.id: each for each in await _contacts(session, kept, gone)}
    if set(people) != {kept, gone}:
        raise JoinCollided()
    # Begun while the contact was waited for: its lock would be asked for in the wrong order.
    if {each.id for each in await _locked(session, kept, gone, wait=False)} - {
        c.id for c in theirs
    }:
        raise JoinCollided()
    await _check_addresses(session, kept, gone)
    await _leave_one_open(uow, theirs, kept)
    moved = [each.id for each in theirs if each.contact_id == gone]
    for conversation in theirs:
        conversation.contact_id = kept
    await session.flush()
    await _move(session, kept, gone)
    await _rename_author(session, kept, gone, moved)
    _take_over(people[kept], people[gone])
    await session.delete(people[gone])
    await session.flush()
    return moved


async def _locked(
    session: AsyncSession, kept: str, gone: str, *, wait: bool = True
) -> Sequence[Conversation]:
    """All of the one that goes, and what is open of the one that stays."""
    query = (
        select(Conversation)
        .where(
            (Conversation.contact_id == gone)
            | (
                (Conversation.contact_id == kept)
                & (Conversation.status != ConversationStatus.CLOSED)
            )
        )
        .order_by(Conversation.id)
    )
    if wait:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def _contacts(session: AsyncSession, kept: str, gone: str) -> Sequence[Contact]:
    query = select(Contact).where(Contact.id.in_([kept, gone])).order_by(Contact.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locked)).all()


async def _check_addresses(session: AsyncSession, kept: str, gone: str) -> None:
    mine = select(ContactIdentity.inbox_id).where(ContactIdentity.contact_id == kept)
    query = (
        select(Inbox.id)
        .join(ContactIdentity, ContactIdentity.inbox_id == Inbox.id)
        .where(
            ContactIdentity.contact_id == gone,
            Inbox.id.in_(mine),
            Inbox.channel.not_in(MANY_WINDOWS),
        )
    )
    if await session.scalar(query.limit(1)) is not None:
        raise Contradiction(reason="two_addresses")


async def _leave_one_open(
    uow: UnitOfWork, conversations: Sequence[Conversation], kept: str
) -> None:
    """On one inbox a contact has one open conversation: what only the bot serves gives way to what people serve.

    Of two with the bot the one of the contact that stays gives way: the other window was opened later.
    """
    by_inbox: dict[str, list[Conversation]] = {}
    for each in conversations:
        if each.status != ConversationStatus.CLOSED:
            by_inbox.setdefault(each.inbox_id, []).append(each)
    for both in by_inbox.values():
        if len(both) < 2:
            continue
        with_bot = [each for each in both if each.status == ConversationStatus.BOT]
        if not with_bot:
            raise JoinPutOff()
        with_bot.sort(key=lambda each: each.contact_id != kept)
        await thread.transition(uow, with_bot[0], Trigger.CLOSED, actor="system", text=ELSEWHERE)
        await uow.session.flush()


async def _move(session: AsyncSession, kept: str, gone: str) -> None:
    for column in references():
        if column.table is Contact.__table__ or column.table is ContactUnion.__table__:
            continue
        await _make_room(session, column, kept, gone)
        await session.execute(
            update(column.table).where(column == gone).values({column: kept}),
            execution_options={"synchronize_session": False},
        )


async def _make_room(session: AsyncSession, column: Column[str], kept: str, gone: str) -> None:
    """What may be there once for a contact: the contact's that stays. What a client named: gets another name."""
    table = column.table
    assert isinstance(table, Table)
    if list(table.primary_key.columns) == [column]:
        there = select(column).where(column == kept)
        if await session.scalar(there) is not None:
            await session.execute(delete(table).where(column == gone))
        return
    for other in client_names(table, column):
        taken = select(other).where(column == kept)
        clashing = select(other).where(column == gone, other.in_(taken))
        for name in (await session.scalars(clashing)).all():
            await session.execute(
                update(table).where(column == gone, other == name).values({other: new_id()})
            )


def client_names(table: Table, column: Column[str]) -> list[Column[str]]:
    """The other halves of what is unique for each contact."""
    pairs = [
        set(each.columns)
        for each in table.constraints
        if isinstance(each, UniqueConstraint) and column in set(each.columns)
    ]
    return [other for pair in pairs for other in pair if other is not column]


async def _rename_author(
    session: AsyncSession, kept: str, gone: str, conversations: Sequence[str]
) -> None:
    """What names the contact without a foreign key."""
    for author, kind, model in (
        (Message.author_id, Message.author_kind, Message),
        (Attachment.uploader_id, Attachment.uploader_kind, Attachment),
    ):
        await session.execute(
            update(model)
            .where(model.conversation_id.in_(conversations), kind == "visitor", author == gone)
            .values({author.key: kept})
            .execution_options(synchronize_session=False)
        )


def _take_over(kept: Contact, gone: Contact) -> None:
    """What is known of the one that goes, where nothing is known of the one that stays; all tags."""
    kept.name = kept.name or gone.name
    kept.region = kept.region or gone.region
    kept.customer_group = kept.customer_group or gone.customer_group
    kept.birth_year = kept.birth_year or gone.birth_year
    kept.tags = list(dict.fromkeys([*kept.tags, *gone.tags]))
    kept.created_at = min(kept.created_at, gone.created_at)
