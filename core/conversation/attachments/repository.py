"""Files of conversations inside a transaction: taken up by the message that shows them, taken back with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.attachments.links import folder_of, path_in, small_path_in
from core.conversation.attachments.models import Attachment
from core.conversation.content import AttachedFile, FileContent
from core.conversation.models import Conversation
from core.errors import InvalidInput, NotFound
from core.unit_of_work import UnitOfWork

# How long what was recalled may be looked at by those who supervise; then the file goes as well.
RECALLED_KEPT = timedelta(days=30)


class AttachmentUnknown(InvalidInput):
    """There is no such file for this message. Details: `field`."""

    code = "attachment_unknown"
    default_message = "文件不存在或已经发送过，请重新上传。"


async def of_conversation(
    session: AsyncSession, conversation_id: str, attachment_id: str
) -> Attachment:
    """Raises NotFound, also for a file of another conversation."""
    attachment = await session.get(Attachment, attachment_id)
    if attachment is None or attachment.conversation_id != conversation_id:
        raise NotFound("没有这个文件。")
    return attachment


async def count(session: AsyncSession, conversation_id: str) -> int:
    query = select(func.count()).select_from(Attachment)
    return await session.scalar(query.where(Attachment.conversation_id == conversation_id)) or 0


async def count_apart(session: AsyncSession, uploader_id: str) -> int:
    """What somebody uploaded for no conversation and nothing has taken up yet."""
    query = select(func.count()).where(
        Attachment.uploader_id == uploader_id,
        Attachment.state == "new",
        Attachment.conversation_id.is_(None),
    )
    return await session.scalar(query) or 0


async def check_new(session: AsyncSession, contact_id: str, wanted: Sequence[str]) -> None:
    """Raises AttachmentUnknown for what the citizen has not uploaded, or has sent already."""
    mine = select(func.count()).where(
        Attachment.id.in_(wanted), Attachment.uploader_id == contact_id, Attachment.state == "new"
    )
    if wanted and await session.scalar(mine) != len(set(wanted)):
        raise AttachmentUnknown(field="attachment_ids")


async def take_up(
    uow: UnitOfWork,
    conversation: Conversation,
    sent: AttachedFile,
    *,
    uploader_id: str,
    earlier: bool = False,
) -> FileContent:
    """What the message that shows the file holds; name, size and address are the server's own.

    A file goes out once, by whom it came from, in its own conversation. `earlier`: also what was uploaded into an
    earlier one of the same citizen and inbox, which was closed meanwhile; it moves. Raises AttachmentUnknown.
    """
    its_own = Attachment.conversation_id == conversation.id
    if earlier:
        of_citizen = select(Conversation.id).where(
            Conversation.contact_id == conversation.contact_id,
            Conversation.inbox_id == conversation.inbox_id,
        )
        its_own = Attachment.conversation_id.in_(of_citizen)
    found = await uow.session.scalar(
        select(Attachment)
        .where(
            Attachment.id == sent.attachment_id,
            its_own,
            Attachment.uploader_id == uploader_id,
            Attachment.state == "new",
        )
        .with_for_update()
    )
    if found is None or found.kind != sent.type:
        raise AttachmentUnknown(field="attachment_id")
    found.state = "sent"
    found.conversation_id = conversation.id
    return content_of(found)


def content_of(attachment: Attachment, folder: str | None = None) -> FileContent:
    """`folder`: where its addresses are, of a file that is no conversation's."""
    if folder is None:
        assert attachment.conversation_id is not None, "whose file is it?"
        folder = folder_of(attachment.conversation_id)
    return FileContent.model_validate(
        {
            "type": attachment.kind,
            "attachment_id": attachment.id,
            "url": path_in(folder, attachment.id, attachment.name),
            "name": attachment.name,
            "size": attachment.size,
            "media_type": attachment.media_type,
            "width": attachment.width,
            "height": attachment.height,
            "seconds": attachment.seconds,
            "thumbnail_url": small_path_in(folder, attachment.id)
            if attachment.small_size
            else None,
            "state": "pending" if attachment.state == "pending" else None,
        }
    )


async def set_state(uow: UnitOfWork, attachment_id: str, state: str) -> None:
    attachment = await uow.session.get(Attachment, attachment_id)
    if attachment is not None:
        attachment.state = state


async def rename(uow: UnitOfWork, attachment_id: str, name: str) -> None:
    attachment = await uow.session.get(Attachment, attachment_id)
    if attachment is not None:
        attachment.name = name


async def forget(uow: UnitOfWork, attachment_ids: list[str]) -> None:
    """Their rows; the files without them are swept (core/storage/sweeping.py)."""
    await uow.session.execute(delete(Attachment).where(Attachment.id.in_(attachment_ids)))
