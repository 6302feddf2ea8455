"""Keeps what people send each other in conversations: checked by content, within the inbox's limits."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import logging
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import and_, delete, or_, select

from core import audit
from core.configs import get_config
from core.conversation import thread
from core.conversation.attachments import coming, repository
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.settings import (
    CONFIG_NAME,
    MAX_FILE_MB,
    ExchangeSettings,
)
from core.conversation.content import FILE_KINDS, FileContent
from core.conversation.models import Conversation
from core.errors import Conflict, NotFound
from core.filetypes import refused
from core.ids import new_id
from core.media import Examined, examine
from core.scanning import Scanner
from core.storage import PIECE, FileStore, small_of, sweeping
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.uploads import StreamedUpload, form_with_file, too_large

log = logging.getLogger(__name__)

# What the routes take, whoever uploads.
MAX_BYTES = MAX_FILE_MB * 1024 * 1024
FORM = form_with_file(seconds={"type": "integer", "description": "of a voice message"})
# How long an upload may wait for the message that shows it.
KEPT_UNSENT = timedelta(days=1)
# A voice message's longest; what is said to take longer is not believed.
MAX_SECONDS = 600
_MOST_AT_ONCE = 500


class TooManyFiles(Conflict):
    """Details: `limit`."""

    code, default_message = "too_many_files", "这个会话里的文件已经太多了。"


class _NotWaitedFor(Exception):
    """Its message is gone."""


class _AlreadyThere(_NotWaitedFor):
    """Somebody else has filled it with the same, under the same key."""


class Attachments:
    """Files go to the store before their row is written and leave it after: a row always has its file."""

    def __init__(
        self, uows: UnitOfWorkFactory, files: FileStore, scanner: Scanner | None = None
    ) -> None:
        """`scanner`: asked about everything before anything else looks into it."""
        self._uows = uows
        self._files = files
        self._scanner = scanner or Scanner("")
        # Pictures are unpacked one after the other: a whole one takes up to a hundred megabytes.
        self._unpacking = asyncio.Semaphore(1)

    async def keep(
        self,
        conversation_id: str,
        upload: StreamedUpload,
        *,
        uploader_kind: str,
        uploader_id: str,
    ) -> FileContent:
        """Check and store an upload; what a message will show of it. Raises FileRefused, FileTooLarge, TooManyFiles.

        Who may upload there is the caller's to check.
        """
        async with self._uows.read() as session:
            conversation = await session.get(Conversation, conversation_id)
        if conversation is None:
            raise NotFound(what="conversation")
        found = await self.check(conversation.inbox_id, upload)
        return await self.store(
            conversation_id, upload, found, uploader_kind=uploader_kind, uploader_id=uploader_id
        )

    async def check(self, inbox_id: str, upload: StreamedUpload) -> Examined:
        """What the upload is, if it may be sent in the inbox.

        Raises FileRefused, FileTooLarge, FileInfected, ScannerUnavailable.
        """
        async with self._uows.read() as session:
            limits = (await get_config(session, CONFIG_NAME, ExchangeSettings)).of(inbox_id)
        if upload.size > limits.max_mb * 1024 * 1024:
            raise too_large(limits.max_mb * 1024 * 1024)
        await self._scanner.check(upload.file)
        async with self._unpacking:
            found = await asyncio.to_thread(
                examine, upload.name, upload.claimed, upload.file, upload.size
            )
        if found.kind not in limits.kinds:
            raise refused(f"这个接入点不允许发送{FILE_KINDS[found.kind]}。", "kind_not_allowed")
        return found

    async def store(
        self,
        conversation_id: str,
        upload: StreamedUpload,
        found: Examined,
        *,
        uploader_kind: str,
        uploader_id: str = "",
    ) -> FileContent:
        """Keep what was checked as a file of the conversation; its citizen's, unless `uploader_id` says whose.

        Raises TooManyFiles.
        """
        attachment_id = new_id()
        async with self._kept(attachment_id, upload, found) as facts, self._uows.write() as uow:
            conversation = await self._with_room(uow, conversation_id)
            attachment = Attachment(
                id=attachment_id, conversation_id=conversation_id,
                uploader_kind=uploader_kind, uploader_id=uploader_id or conversation.contact_id,
                created_at=uow.clock.now(), **facts,
            )  # fmt: skip
            uow.session.add(attachment)
        return repository.content_of(attachment)

    async def keep_apart(self, upload: StreamedUpload, *, uploader_id: str) -> Attachment:
        """Check and store what somebody of the office uploads for no conversation, until a ticket takes it up.

        Within the limits that hold for every inbox. Raises FileRefused, FileTooLarge, TooManyFiles.
        """
        found = await self.check("", upload)
        attachment_id = new_id()
        async with self._kept(attachment_id, upload, found) as facts, self._uows.write() as uow:
            limits = (await get_config(uow.session, CONFIG_NAME, ExchangeSettings)).default
            if await repository.count_apart(uow.session, uploader_id) >= limits.most_files:
                raise TooManyFiles("还没有用上的文件太多了，请先提交。", limit=limits.most_files)
            attachment = Attachment(
                id=attachment_id, uploader_kind="agent", uploader_id=uploader_id,
                created_at=uow.clock.now(), **facts,
            )  # fmt: skip
            uow.session.add(attachment)
        return attachment

    async def fill(
        self, conversation_id: str, message_id: str, attachment_id: str,
        upload: StreamedUpload, found: Examined,
    ) -> None:  # fmt: skip
        """Keep what was checked as the file that its message waits for (coming.py). Raises TooManyFiles.

        Twice, or when the message no longer shows it, nothing happens.
        """
        try:
            async with self._kept(attachment_id, upload, found) as facts, self._uows.write() as uow:
                # It is counted already, among those that are waited for.
                conversation = await self._with_room(uow, conversation_id, more=0)
                attachment = await uow.session.get(Attachment, attachment_id)
                if attachment is None:
                    raise _NotWaitedFor()
                if attachment.state != "pending":
                    raise _AlreadyThere()
                for name, value in facts.items():
                    setattr(attachment, name, value)
                attachment.state = "sent"
                shown = repository.content_of(attachment)
                if not await coming.show(uow, conversation, message_id, shown):
                    await repository.forget(uow, [attachment_id])
        except _NotWaitedFor:
            log.info("file %s is not waited for any more", attachment_id)

    @contextlib.asynccontextmanager
    async def _kept(
        self, attachment_id: str, upload: StreamedUpload, found: Examined
    ) -> AsyncIterator[dict[str, Any]]:
        """The file in the store while its row is written, and what the row says of it; without the row it goes."""
        source: BinaryIO = upload.file if found.data is None else io.BytesIO(found.data)
        digest = await asyncio.to_thread(_digest, source)
        try:
            await self._files.copy(attachment_id, source)
            if found.small is not None:
                await self._files.save(small_of(attachment_id), found.small)
            yield {
                "kind": found.kind, "name": found.name, "media_type": found.media_type,
                "size": upload.size if found.data is None else len(found.data), "sha256": digest,
                "width": found.width, "height": found.height,
                "seconds": _seconds(upload) if found.kind == "voice" else None,
                "small_size": len(found.small) if found.small is not None else None,
            }  # fmt: skip
        except _AlreadyThere:
            raise
        except BaseException:
            # What cannot be deleted now has no row, and goes with the next sweep.
            with contextlib.suppress(Exception):
                await self._files.delete(attachment_id)
                await self._files.delete(small_of(attachment_id))
            raise

    async def _with_room(
        self, uow: UnitOfWork, conversation_id: str, *, more: int = 1
    ) -> Conversation:
        """The conversation, locked: of fifty uploads at once only so many fit. Raises TooManyFiles."""
        conversation = await thread.load_for_update(uow, conversation_id)
        limits = (await get_config(uow.session, CONFIG_NAME, ExchangeSettings)).of(
            conversation.inbox_id
        )
        if await repository.count(uow.session, conversation_id) + more > limits.most_files:
            raise TooManyFiles(limit=limits.most_files)
        return conversation

    async def find(self, conversation_id: str, attachment_id: str) -> Attachment:
        """Raises NotFound."""
        async with self._uows.read() as session:
            return await repository.of_conversation(session, conversation_id, attachment_id)

    async def open(self, attachment: Attachment, *, start: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from `start` on. Raises NotFound when the file is gone."""
        return await self._files.open(attachment.id, start=start)

    async def open_small(self, attachment: Attachment, *, start: int = 0) -> AsyncIterator[bytes]:
        """The small picture's."""
        return await self._files.open(small_of(attachment.id), start=start)

    async def sweep(self) -> int:
        """Delete what nobody sent within a day, or may see since it was recalled; returns how many.

        Safe to run twice.
        """
        before = self._uows.clock.now() - KEPT_UNSENT
        return await sweeping.sweep(self._files, before=before, forget=lambda: self._forget(before))

    async def _forget(self, before: datetime) -> tuple[int, set[str]]:
        """How many rows went, and the ids of those that stay."""
        async with self._uows.write() as uow:
            # A file was uploaded at most a day before its message was sent and recalled.
            recalled = and_(
                Attachment.state == "recalled",
                Attachment.created_at < before - repository.RECALLED_KEPT,
            )
            unsent = and_(Attachment.state == "new", Attachment.created_at < before)
            gone = list(
                await uow.session.scalars(
                    select(Attachment.id)
                    .where(or_(unsent, recalled))
                    .limit(_MOST_AT_ONCE)
                    .with_for_update(skip_locked=True)
                )
            )
            await uow.session.execute(delete(Attachment).where(Attachment.id.in_(gone)))
            if gone:
                audit.record(
                    uow, actor="system", action="attachment.swept",
                    subject="attachments", count=len(gone),
                )  # fmt: skip
        # All rows are read while nobody waits for it.
        async with self._uows.read() as session:
            return len(gone), set(await session.scalars(select(Attachment.id)))

    async def sweep_forever(self) -> None:
        await sweeping.sweep_forever(self.sweep, "unsent files")


def _seconds(upload: StreamedUpload) -> int | None:
    """How long the recording is said to take. Of what is longer than any number of seconds nothing is believed."""
    written = upload.fields.get("seconds", "")
    return min(int(written), MAX_SECONDS) if re.fullmatch("[0-9]{1,9}", written) else None


def _digest(source: BinaryIO) -> str:
    source.seek(0)
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
