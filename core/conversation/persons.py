"""One person over several inboxes: identities with the same unionid are put on one contact.

Only WeChat itself says who has which unionid, or a website that signs who is logged in; what a client says of itself
is never asked. A wrong join would show agents somebody else's papers, so a contact that has a unionid never gets a
second one, and where facts contradict each other nothing is joined. Citizens keep seeing only what was said on the
inbox they look at: whoever holds a telephone or sits at a shared computer has proved to be at that one, no more.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.audit import AuditRow
from core.conversation import repository, thread
from core.conversation.merging import Contradiction, JoinCollided, JoinPutOff, merge
from core.conversation.models import ContactIdentity, ContactUnion, Conversation
from core.conversation.status import ConversationStatus
from core.events import Audience, Event, SessionMoved, contact_room
from core.outbox.repository import enqueue
from core.outbox.worker import Postponed
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

TOPIC = "person.join"
REFUSED = "contact.join_refused"
# Less than PostgreSQL waits before it looks for a deadlock: it is always the join that gives way, never a message.
PATIENCE = "SET LOCAL lock_timeout = '400ms'"
# lock_not_available, deadlock_detected, serialization_failure
_COLLIDED = frozenset({"55P03", "40P01", "40001"})
# Until people have finished with one of two conversations.
AGAIN_AFTER = timedelta(minutes=10)


async def join(uow: UnitOfWork, contact_id: str, union_id: str) -> str:
    """The contact of the person with this unionid, after everything of both is on it.

    In a transaction of its own: on any exception (JoinCollided, JoinPutOff, IntegrityError) nothing of it may be kept;
    try again later. A contradiction is no exception: it is written down, and `contact_id` is returned.
    """
    session = uow.session
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(PATIENCE))
    owner = await _claim(uow, contact_id, union_id)
    if owner is None:
        await _refuse(uow, contact_id, "other_union")
        return contact_id
    if owner == contact_id:
        return contact_id
    if await _union_of(session, contact_id) is not None:
        await _refuse(uow, contact_id, "other_union")
        return contact_id
    windows = await _windows(session, contact_id)
    try:
        moved = await merge(uow, kept=owner, gone=contact_id)
    except Contradiction as contradiction:
        await _refuse(uow, contact_id, str(contradiction.details["reason"]))
        return contact_id
    # Which conversations came from where is written down, so that a join can be looked into.
    audit.record(
        uow, actor="system", action="contact.joined", subject=f"contact:{owner}",
        joined=contact_id, conversations=moved,
    )  # fmt: skip
    if windows:
        uow.publish(Event("session.moved", SessionMoved(), Audience(visitor_rooms=windows)))
    await _tell_desks(uow, owner)
    return owner


async def _claim(uow: UnitOfWork, contact_id: str, union_id: str) -> str | None:
    """Whose unionid it is: this contact's, if nobody had it. None: this contact has another one.

    Two servers at once: the second waits for the first, and finds what that has written.
    """
    session = uow.session
    sqlite = session.get_bind().dialect.name == "sqlite"
    row = {"union_id": union_id, "contact_id": contact_id, "at": uow.clock.now()}
    insert = (sqlite_insert if sqlite else postgres_insert)(ContactUnion).values(row)
    await session.execute(insert.on_conflict_do_nothing())
    query = select(ContactUnion.contact_id).where(ContactUnion.union_id == union_id)
    return await session.scalar(query.with_for_update())


async def _union_of(session: AsyncSession, contact_id: str) -> str | None:
    query = select(ContactUnion.union_id).where(ContactUnion.contact_id == contact_id)
    return await session.scalar(query)


async def _refuse(uow: UnitOfWork, contact_id: str, reason: str) -> None:
    """Once for each contact: a website may say the same with every page."""
    subject = f"contact:{contact_id}"
    log.warning("contact %s is not joined: %s", contact_id, reason)
    query = select(AuditRow.id).where(AuditRow.subject == subject, AuditRow.action == REFUSED)
    if await uow.session.scalar(query.limit(1)) is None:
        audit.record(uow, actor="system", action=REFUSED, subject=subject, reason=reason)


async def _windows(session: AsyncSession, contact_id: str) -> frozenset[str]:
    """The rooms of the contact's open windows; they connect anew and hear of the contact that stays."""
    query = select(ContactIdentity.inbox_id).where(ContactIdentity.contact_id == contact_id)
    return frozenset(contact_room(contact_id, inbox) for inbox in await session.scalars(query))


async def _tell_desks(uow: UnitOfWork, contact_id: str) -> None:
    """Agents who serve the citizen learn that there is more of him."""
    query = select(Conversation).where(
        Conversation.contact_id == contact_id, Conversation.status != ConversationStatus.CLOSED
    )
    for conversation in (await uow.session.scalars(query)).all():
        await thread.publish_state(uow, conversation)


def learn_later(uow: UnitOfWork, inbox_id: str, external_id: str, union_id: str) -> None:
    """Leave the join to the outbox, in the transaction in which the unionid was learnt."""
    key = "union:" + hashlib.sha256(union_id.encode()).hexdigest()[:40]
    payload = {"inbox_id": inbox_id, "external_id": external_id, "union_id": union_id}
    enqueue(uow, TOPIC, key, payload)


class Persons:
    """Joins at once where that can be, else by the outbox, which tries again."""

    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def learn(self, inbox_id: str, external_id: str, union_id: str) -> None:
        """WeChat, or a website that signs, says that this citizen of the inbox has this unionid.

        Costs one query when that is known. Does not fail on others who write to the same contact.
        """
        try:
            await self._join(inbox_id, external_id, union_id)
        except (JoinCollided, JoinPutOff):
            async with self._uows.write() as uow:
                learn_later(uow, inbox_id, external_id, union_id)

    async def __call__(self, payload: dict[str, Any]) -> None:
        """Handler of the outbox topic `person.join`."""
        try:
            await self._join(payload["inbox_id"], payload["external_id"], payload["union_id"])
        except JoinPutOff:
            raise Postponed(self._uows.clock.now() + AGAIN_AFTER) from None

    async def _join(self, inbox_id: str, external_id: str, union_id: str) -> None:
        async with self._uows.read(brief=True) as session:
            contact = await repository.contact_by_identity(session, inbox_id, external_id)
            if contact is None or await _union_of(session, contact.id) == union_id:
                return
        try:
            async with self._uows.write() as uow:
                contact = await repository.contact_by_identity(uow.session, inbox_id, external_id)
                if contact is not None:
                    await join(uow, contact.id, union_id)
        except IntegrityError:
            raise JoinCollided() from None
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _COLLIDED:
                raise
            raise JoinCollided() from None
