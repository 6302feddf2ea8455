"""Keeps what people send each other in conversations: checked by content, within the inbox's limits."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import and_, delete, or_, select

from core import audit
from core.configs import get_config
from core.conversation.attachments import repository
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.settings import (
    CONFIG_NAME,
    MAX_FILE_MB,
    ExchangeSettings,
    InboxExchange,
)
from core.conversation.content import FILE_KINDS, FileContent
from core.conversation.models import Conversation
from core.errors import Conflict, NotFound
from core.filetypes import refused
from core.ids import made_at, new_id
from core.media import Examined, examine
from core.storage import PIECE, FileStore
from core.unit_of_work import UnitOfWorkFactory
from core.uploads import StreamedUpload, form_with_file, too_large

log = logging.getLogger(__name__)

# What the routes take, whoever uploads.
MAX_BYTES = MAX_FILE_MB * 1024 * 1024
FORM = form_with_file(seconds={"type": "integer", "description": "of a voice message"})
# How long an upload may wait for the message that shows it.
KEPT_UNSENT = timedelta(days=1)
SWEEP_SECONDS = 3600
# A voice message's longest; what is said to take longer is not believed.
MAX_SECONDS = 600
_MOST_AT_ONCE = 500


class TooManyFiles(Conflict):
    """Details: `limit`."""

    code, default_message = "too_many_files", "这个会话里的文件已经太多了。"


class Attachments:
    """Files go to the store before their row is written and leave it after: a row always has its file."""

    def __init__(self, uows: UnitOfWorkFactory, files: FileStore) -> None:
        self._uows = uows
        self._files = files
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
        """What the upload is, if it may be sent in the inbox. Raises FileRefused, FileTooLarge."""
        limits = await self._limits(inbox_id)
        if upload.size > limits.max_mb * 1024 * 1024:
            raise too_large(limits.max_mb * 1024 * 1024)
        async with self._unpacking:
            found = await asyncio.to_thread(
                examine, upload.name, upload.claimed, upload.file, upload.size
            )
        if found.kind not in limits.kinds:
            raise refused(f"这个接入点不允许发送{FILE_KINDS[found.kind]}。", "kind_not_allowed")
        return found

    async def _limits(self, inbox_id: str) -> InboxExchange:
        async with self._uows.read() as session:
            return (await get_config(session, CONFIG_NAME, ExchangeSettings)).of(inbox_id)

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
        async with self._uows.read() as session:
            conversation = await session.get_one(Conversation, conversation_id)
            there = await repository.count(session, conversation_id)
        limits = await self._limits(conversation.inbox_id)
        if there >= limits.most_files:
            raise TooManyFiles(limit=limits.most_files)
        source: BinaryIO = upload.file if found.data is None else io.BytesIO(found.data)
        attachment_id = new_id()
        await self._files.copy(attachment_id, source)
        digest = await asyncio.to_thread(_digest, source)
        async with self._uows.write() as uow:
            attachment = Attachment(
                id=attachment_id, conversation_id=conversation_id,
                uploader_kind=uploader_kind, uploader_id=uploader_id or conversation.contact_id,
                kind=found.kind,
                name=found.name, media_type=found.media_type,
                size=upload.size if found.data is None else len(found.data), sha256=digest,
                width=found.width, height=found.height,
                seconds=_seconds(upload) if found.kind == "voice" else None,
                created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(attachment)
        return repository.content_of(attachment)

    async def find(self, conversation_id: str, attachment_id: str) -> Attachment:
        """Raises NotFound."""
        async with self._uows.read() as session:
            return await repository.of_conversation(session, conversation_id, attachment_id)

    async def open(self, attachment: Attachment, *, start: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from `start` on. Raises NotFound when the file is gone."""
        return await self._files.open(attachment.id, start=start)

    async def sweep(self) -> int:
        """Delete what nobody sent within a day, or may see since it was recalled; returns how many.

        Safe to run twice.
        """
        now = self._uows.clock.now()
        before = now - KEPT_UNSENT
        stored = await self._files.keys()
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
        # All rows are read while nobody waits for it; what was uploaded since the files were listed is among them.
        async with self._uows.read() as session:
            known = set(await session.scalars(select(Attachment.id)))
        # By their file and not by their row: a crash between the two steps leaves a file without one.
        for key in stored - known:
            if made_at(key) < before:
                await self._files.delete(key)
        return len(gone)

    async def sweep_forever(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("unsent files could not be deleted")
            await asyncio.sleep(SWEEP_SECONDS)


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
