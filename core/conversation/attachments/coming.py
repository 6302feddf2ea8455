"""Files that a channel is told of before it has them: the message is stored at once, the file is fetched afterwards.

So the order of what a citizen sends is kept, and the channel is answered while he waits for nothing. Channels hand a
ComingFile to the engine and fetch it when the outbox says so (channels/tencent/receiving/media.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from core.conversation import thread
from core.conversation.attachments import repository
from core.conversation.attachments.models import Attachment
from core.conversation.content import (
    CONTENT,
    FILE_KINDS,
    Content,
    FileContent,
    TextContent,
)
from core.conversation.models import Conversation, Message
from core.filetypes import safe_name
from core.ids import new_id
from core.outbox.repository import enqueue
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ComingFile:
    """A file that is to be fetched by the handler of the outbox topic `topic`, which is given `ref` as its payload,
    with the ids of message, conversation and attachment.

    `name`: what the citizen calls it. `spoken`: the words of a recording, where the channel has understood them: then
    the message is a text, and the recording stands beside it.
    """

    kind: Literal["image", "voice", "video", "file"]
    topic: str
    ref: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    spoken: str = ""


def place(
    uow: UnitOfWork, conversation: Conversation, uploader_id: str, file: ComingFile
) -> Content:
    """What the message shows until the file is there."""
    attachment = Attachment(
        id=new_id(), conversation_id=conversation.id, uploader_kind="visitor",
        uploader_id=uploader_id, kind=file.kind,
        name=_called(file),
        media_type="", size=0, sha256="", state="pending", created_at=uow.clock.now(),
    )  # fmt: skip
    uow.session.add(attachment)
    shown = repository.content_of(attachment)
    return TextContent(text=file.spoken, voice=shown) if file.spoken else shown


def _called(file: ComingFile) -> str:
    """What the citizen calls it, without what could harm; what it really is shows when it is there."""
    if not file.name:
        return FILE_KINDS[file.kind]
    return safe_name(f"{file.name}.x", ".x").removesuffix(".x")


def order(uow: UnitOfWork, message: Message, file: ComingFile) -> None:
    """Leave the fetching to the outbox, with the message it belongs to. A slow file holds up nothing else."""
    content: Content = CONTENT.validate_python(message.content)
    shown = file_in(content)
    assert shown is not None
    ids = {
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "attachment_id": shown.attachment_id,
    }
    enqueue(uow, file.topic, shown.attachment_id, {**file.ref, **ids})


def file_in(content: Content) -> FileContent | None:
    """The file that a content shows."""
    match content:
        case FileContent():
            return content
        case TextContent(voice=voice):
            return voice
        case _:
            return None


async def show(
    uow: UnitOfWork, conversation: Conversation, message_id: str, file: FileContent
) -> bool:
    """Put what is known of the file now into its message; False when the message no longer shows it."""
    message = await uow.session.get(Message, message_id)
    if message is None:
        return False
    content: Content = CONTENT.validate_python(message.content)
    before = file_in(content)
    if before is None or before.attachment_id != file.attachment_id:
        return False
    is_last = conversation.preview == thread.preview_of(content, message.author_kind)
    changed: Content = file
    if isinstance(content, TextContent):
        changed = content.model_copy(update={"voice": file})
    message.content = changed.model_dump(mode="json")
    if is_last:
        conversation.preview = thread.preview_of(changed, message.author_kind)
    thread.tell_changed(uow, conversation, message)
    return True


async def say(
    uow: UnitOfWork, payload: dict[str, Any], *, reason: str, lost: bool = False
) -> Conversation | None:
    """Tell the agents why the file is not there; `lost`: it never will be. `payload`: the order's.

    The conversation, locked; None when nobody waits for the file any more.
    """
    conversation = await thread.load_for_update(uow, payload["conversation_id"])
    attachment = await uow.session.get(Attachment, payload["attachment_id"])
    if attachment is None or attachment.state != "pending":
        return None
    state = "failed" if lost else "pending"
    shown = repository.content_of(attachment).model_copy(update={"state": state, "reason": reason})
    told = await show(uow, conversation, payload["message_id"], shown)
    if lost or not told:
        await repository.forget(uow, [attachment.id])
    return conversation if told else None
