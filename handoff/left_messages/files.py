"""Files of left messages: taken up when it is left, opened by links that hold for some hours."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.repository import AttachmentUnknown, content_of, take_up
from core.conversation.content import AttachedFile, FileContent
from core.conversation.models import Conversation
from core.unit_of_work import UnitOfWork
from handoff.left_messages.models import LeftMessage


async def taken_up(uow: UnitOfWork, conversation: Conversation, wanted: Sequence[str]) -> list[str]:
    """The files belong to the left message from now on; each goes out once."""
    ids = list(dict.fromkeys(wanted))
    for file_id in ids:
        found = await uow.session.get(Attachment, file_id)
        if found is None:
            raise AttachmentUnknown(field="attachment_ids")
        sent = AttachedFile.model_validate({"type": found.kind, "attachment_id": file_id})
        await take_up(uow, conversation, sent, uploader_id=conversation.contact_id, earlier=True)
    return ids


async def attached(session: AsyncSession, links: FileLinks, row: LeftMessage) -> list[FileContent]:
    """Its files, each with a link that opens it for some hours."""
    if not row.files:
        return []
    found = await session.scalars(
        select(Attachment).where(Attachment.id.in_(row.files), Attachment.state == "sent")
    )
    by_id = {each.id: each for each in found}
    files = [by_id[file_id] for file_id in row.files if file_id in by_id]
    signed = [
        links.for_citizen(content_of(each), each.conversation_id)
        for each in files
        if each.conversation_id is not None
    ]
    return [each for each in signed if isinstance(each, FileContent)]
