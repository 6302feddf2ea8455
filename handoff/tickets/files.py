"""Files of tickets inside a transaction: taken up by the step that brings them, shown, gone with the ticket.

Whoever files a ticket or takes a step on it names files that were uploaded before: somebody of the office through
`/tickets/files` (file_endpoints.py), its citizen through his window. Called by life/, citizens/ and others above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import AttachmentUnknown, content_of
from core.conversation.content import FileContent
from core.conversation.in_part import in_part
from core.conversation.models import Conversation
from core.errors import Conflict, NotFound
from core.unit_of_work import UnitOfWork
from handoff.tickets.models import Ticket, TicketFile
from handoff.tickets.types.definition import TicketDefinition

ROOT = "/api/v1/tickets"
# What somebody has uploaded and no ticket has taken up yet.
DRAFTS = f"{ROOT}/files"
MOST_FILES = 100


class TooManyTicketFiles(Conflict):
    """Details: `limit`."""

    code, default_message = "too_many_files", "这张工单里的文件已经太多了。"


class TicketFileRead(BaseModel):
    """A file as those see it who see the ticket. `by_citizen`: its citizen sees it too."""

    file: FileContent
    by_citizen: bool
    by: str
    by_name: str
    at: datetime


def folder_of(ticket_id: str) -> str:
    """Under which the addresses of a ticket's files are."""
    return f"{ROOT}/{ticket_id}/files"


# ---- taking up ---------------------------------------------------------------------------------


def named_in(
    definition: TicketDefinition, values: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """The files that values of fields name: in fields that the citizen sees, and in others."""
    shown: list[str] = []
    hidden: list[str] = []
    for field in definition.fields:
        value = values.get(field.key)
        if field.kind == "file" and isinstance(value, list):
            (shown if field.visible == "citizen" else hidden).extend(value)
    return shown, hidden


async def take_up(
    uow: UnitOfWork,
    ticket: Ticket,
    file_ids: Sequence[str],
    *,
    by: str,
    for_citizen: bool = False,
) -> list[str]:
    """The files belong to the ticket from now on; what already does stays. Returns the ids, each once.

    `by`: the account that brings them: what it uploaded, or what the ticket's conversation shows. `for_citizen`:
    the citizen sees them. Raises AttachmentUnknown for all others, TooManyTicketFiles.
    """
    return await _taken(uow, ticket, file_ids, by=by, by_citizen=for_citizen)


async def take_up_from_citizen(
    uow: UnitOfWork, ticket: Ticket, file_ids: Sequence[str], *, contact_id: str
) -> list[str]:
    """What the citizen uploaded in his window and has shown nowhere, as `take_up`."""
    return await _taken(uow, ticket, file_ids, by="visitor", by_citizen=True, contact_id=contact_id)


async def _taken(
    uow: UnitOfWork,
    ticket: Ticket,
    file_ids: Sequence[str],
    *,
    by: str,
    by_citizen: bool,
    contact_id: str | None = None,
) -> list[str]:
    ids = list(dict.fromkeys(file_ids))
    if not ids:
        return []
    there = await _ids_of(uow.session, ticket.id)
    wanted = [each for each in ids if each not in there]
    if len(there) + len(wanted) > MOST_FILES:
        raise TooManyTicketFiles(limit=MOST_FILES)
    # In the order of their ids: two who take up the same files at once wait for each other, and not in a circle.
    found = await uow.session.scalars(
        select(Attachment)
        .where(Attachment.id.in_(wanted))
        .order_by(Attachment.id)
        .with_for_update()
    )
    known = {each.id: each for each in found}
    for file_id in wanted:
        attachment = known.get(file_id)
        if attachment is None or not await _may_take(uow, ticket, attachment, by, contact_id):
            raise AttachmentUnknown(field="file_ids")
        if attachment.state == "new":
            attachment.state = "sent"
            attachment.ticket_id, attachment.conversation_id = ticket.id, None
        uow.session.add(
            TicketFile(
                ticket_id=ticket.id, attachment_id=file_id, by_citizen=by_citizen,
                at=uow.clock.now(), by=by,
            )
        )  # fmt: skip
    await uow.session.flush()
    return ids


async def _may_take(
    uow: UnitOfWork, ticket: Ticket, attachment: Attachment, by: str, contact_id: str | None
) -> bool:
    """One's own upload that nothing shows yet; else what the conversation shows from which the ticket came."""
    if attachment.state == "sent":
        its_own = attachment.conversation_id is not None
        return its_own and attachment.conversation_id == ticket.conversation_id
    if attachment.state != "new":
        return False
    if contact_id is None:
        return attachment.conversation_id is None and attachment.uploader_id == by
    if attachment.conversation_id is None or attachment.uploader_kind != "visitor":
        return False
    conversation = await uow.session.get(Conversation, attachment.conversation_id)
    return conversation is not None and conversation.contact_id == contact_id


async def share(uow: UnitOfWork, ticket_id: str, into_id: str) -> None:
    """A duplicate's files are those of the ticket it goes on in as well: for the desk. The two may have different
    citizens, and each sees in his own ticket what is his."""
    there = await _ids_of(uow.session, into_id)
    theirs = select(TicketFile).where(TicketFile.ticket_id == ticket_id)
    for row in (await uow.session.scalars(theirs)).all():
        if row.attachment_id not in there:
            uow.session.add(
                TicketFile(
                    ticket_id=into_id, attachment_id=row.attachment_id, by_citizen=False, at=row.at,
                    by=row.by,
                )
            )  # fmt: skip


async def forget(uow: UnitOfWork, ticket_id: str) -> int:
    """Its own files are gone, those of conversations no longer its; returns how many it had.

    The bytes go with the next sweep (core/conversation/attachments/service.py).
    """
    had = await _ids_of(uow.session, ticket_id)
    await uow.session.execute(delete(TicketFile).where(TicketFile.ticket_id == ticket_id))
    await uow.session.execute(delete(Attachment).where(Attachment.ticket_id == ticket_id))
    return len(had)


async def _ids_of(session: AsyncSession, ticket_id: str) -> set[str]:
    query = select(TicketFile.attachment_id).where(TicketFile.ticket_id == ticket_id)
    return set(await session.scalars(query))


# ---- reading -----------------------------------------------------------------------------------


async def of_ticket(session: AsyncSession, ticket_id: str) -> list[TicketFileRead]:
    """Its files in the order in which they came; what was taken back is not among them."""
    rows = await session.execute(
        select(TicketFile, Attachment, Account.name)
        .join(Attachment, Attachment.id == TicketFile.attachment_id)
        .outerjoin(Account, Account.id == Attachment.uploader_id)
        .where(TicketFile.ticket_id == ticket_id, Attachment.state == "sent")
        .order_by(TicketFile.at, TicketFile.attachment_id)
    )
    return [
        TicketFileRead(
            file=_shown(attachment, ticket_id), by_citizen=row.by_citizen, by=row.by,
            by_name=name or "", at=row.at,
        )
        for row, attachment, name in rows
    ]  # fmt: skip


async def of_citizen(session: AsyncSession, links: FileLinks, ticket_id: str) -> list[FileContent]:
    """What its citizen sees of them, each with the key that opens it for some hours."""
    found = await session.scalars(
        select(Attachment)
        .join(TicketFile, TicketFile.attachment_id == Attachment.id)
        .where(TicketFile.ticket_id == ticket_id, TicketFile.by_citizen, Attachment.state == "sent")
        .order_by(TicketFile.at, TicketFile.attachment_id)
    )
    folder = folder_of(ticket_id)
    return [links.keyed(content_of(each, folder), ticket_id) for each in found]


async def find(session: AsyncSession, ticket_id: str, attachment_id: str) -> Attachment:
    """Raises NotFound, also for a file of another ticket and for one that was taken back."""
    found = await session.scalar(
        select(Attachment)
        .join(TicketFile, TicketFile.attachment_id == Attachment.id)
        .where(
            TicketFile.ticket_id == ticket_id,
            Attachment.id == attachment_id,
            Attachment.state == "sent",
        )
    )
    if found is None:
        raise NotFound("没有这个文件。")
    return found


async def find_draft(session: AsyncSession, attachment_id: str, account_id: str) -> Attachment:
    """What the account uploaded and nothing has taken up yet. Raises NotFound."""
    found = await session.get(Attachment, attachment_id)
    mine = found is not None and found.state == "new" and found.conversation_id is None
    if found is None or not mine or found.uploader_id != account_id:
        raise NotFound("没有这个文件。")
    return found


def draft_content(attachment: Attachment) -> FileContent:
    return content_of(attachment, DRAFTS)


def _shown(attachment: Attachment, ticket_id: str) -> FileContent:
    """As the desk shows it: a number in a file's name is to be seen only on request."""
    shown = in_part(content_of(attachment, folder_of(ticket_id)), by_citizen=False)
    assert isinstance(shown, FileContent)
    return shown
