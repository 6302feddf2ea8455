"""Pictures and documents of articles: kept, linked to the versions that show them, and cleaned away when none does."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from urllib.parse import quote

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit, filetypes
from core.errors import NotFound
from core.ids import new_id
from core.scanning import Scanner
from core.storage import FileStore, sweeping
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from knowledge.articles.errors import AttachmentUnknown
from knowledge.articles.models import ArticleVersion, Attachment, VersionAttachment
from knowledge.articles.repository import CHUNK, ArticleRepository
from knowledge.articles.validity import holding

PATH = "/api/v1/knowledge/attachments"
# How long an upload may wait for the draft that shows it to be saved.
KEPT_UNUSED = timedelta(days=1)
IN_TEXT = re.compile(
    r"/attachments/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/"
)


def url_of(attachment: Attachment) -> str:
    return f"{PATH}/{attachment.id}/{quote(attachment.name)}"


def shown_by(version: ArticleVersion) -> set[str]:
    """Ids of the attachments a version shows: those it lists, and pictures within its answer."""
    return {*version.attachments, *IN_TEXT.findall(version.answer_md)}


async def link_attachments(uow: UnitOfWork, version: ArticleVersion, *, new: bool) -> None:
    """Note what `version` shows. `new`: it has no links yet. Raises AttachmentUnknown."""
    wanted = shown_by(version)
    if not new:
        await uow.session.execute(
            delete(VersionAttachment).where(VersionAttachment.version_id == version.id)
        )
    if not wanted:
        return
    found = set(await uow.session.scalars(select(Attachment.id).where(Attachment.id.in_(wanted))))
    if missing := sorted(wanted - found):
        field = "attachments" if set(missing) & set(version.attachments) else "answer_md"
        raise AttachmentUnknown(field=field, attachments=missing)
    uow.session.add_all(
        VersionAttachment(version_id=version.id, attachment_id=wanted_id) for wanted_id in wanted
    )


async def attachments_of(session: AsyncSession, ids: set[str]) -> dict[str, Attachment]:
    wanted = sorted(ids)
    found: dict[str, Attachment] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(Attachment).where(Attachment.id.in_(wanted[start : start + CHUNK]))
        found.update({attachment.id: attachment for attachment in await session.scalars(query)})
    return found


def with_attachments(answer_md: str, attachments: list[Attachment]) -> str:
    """The answer with a line for each document it brings along."""
    if not attachments:
        return answer_md
    lines = [
        f"- [{a.name.replace('[', '（').replace(']', '）')}]({url_of(a)})" for a in attachments
    ]
    return "\n".join([answer_md.rstrip(), "", "附件：", "", *lines])


def with_addresses(text: str, attachments: list[Attachment]) -> str:
    """As `with_attachments` for a channel's plain text, which writes addresses out."""
    if not attachments:
        return text
    return "\n".join(
        [text.rstrip(), "", "附件：", *(f"{a.name}：{url_of(a)}" for a in attachments)]
    )


class AttachmentService:
    """Files go to the store before their row is written and leave it after: a row always has its file."""

    def __init__(
        self, uows: UnitOfWorkFactory, files: FileStore, scanner: Scanner | None = None
    ) -> None:
        self._uows = uows
        self._files = files
        self._scanner = scanner or Scanner("")

    async def keep(self, name: str, data: bytes, *, actor: str) -> Attachment:
        """Check and store an upload. Raises FileRefused, FileInfected, ScannerUnavailable."""
        await self._scanner.check(io.BytesIO(data))
        checked = await asyncio.to_thread(filetypes.check, name, data)
        attachment_id = new_id()
        await self._files.save(attachment_id, checked.data)
        async with self._uows.write() as uow:
            attachment = Attachment(
                id=attachment_id, name=checked.name, media_type=checked.media_type,
                size=len(checked.data), sha256=hashlib.sha256(checked.data).hexdigest(),
                created_by=actor, created_at=uow.clock.now(),
            )  # fmt: skip
            uow.session.add(attachment)
            audit.record(
                uow, actor=actor, action="attachment.uploaded",
                subject=f"attachment:{attachment_id}", size=attachment.size,
            )  # fmt: skip
        return attachment

    async def find(self, attachment_id: str, *, public_on: date | None) -> Attachment:
        """Raises NotFound.

        `public_on`: for a stranger on that day, who sees what the public texts in force show; None: for staff.
        """
        async with self._uows.read() as session:
            attachment = await session.get(Attachment, attachment_id)
            if public_on is not None and not await _is_public(session, attachment_id, public_on):
                attachment = None
        if attachment is None:
            raise NotFound("没有这个附件。")
        return attachment

    async def open(self, attachment: Attachment, *, start: int = 0) -> AsyncIterator[bytes]:
        """Its bytes from `start` on, in pieces. Raises NotFound when the file is gone."""
        return await self._files.open(attachment.id, start=start)

    async def sweep(self) -> int:
        """Delete what no version shows and nobody is about to use; returns how many. Safe to run twice."""
        before = self._uows.clock.now() - KEPT_UNUSED
        return await sweeping.sweep(
            self._files, before=before, forget=lambda: self._forget_unused(before)
        )

    async def _forget_unused(self, before: datetime) -> tuple[int, set[str]]:
        """How many rows went, and the ids of those that stay."""
        async with self._uows.write() as uow:
            await ArticleRepository(uow.session).lock_state()  # no draft takes one up meanwhile
            used = select(VersionAttachment.attachment_id)
            unused = select(Attachment.id).where(
                Attachment.created_at < before, Attachment.id.not_in(used)
            )
            gone = list(await uow.session.scalars(unused.limit(CHUNK)))
            await uow.session.execute(delete(Attachment).where(Attachment.id.in_(gone)))
            known = set(await uow.session.scalars(select(Attachment.id)))
            for attachment_id in gone:
                audit.record(
                    uow, actor="system", action="attachment.deleted",
                    subject=f"attachment:{attachment_id}",
                )  # fmt: skip
        return len(gone), known

    async def sweep_forever(self) -> None:
        await sweeping.sweep_forever(self.sweep, "unused attachments")


async def _is_public(session: AsyncSession, attachment_id: str, day: date) -> bool:
    """Whether a public version that holds on `day` shows the attachment."""
    showing = select(ArticleVersion.id, ArticleVersion.article_id).join(
        VersionAttachment, VersionAttachment.version_id == ArticleVersion.id
    )
    rows = (
        await session.execute(showing.where(VersionAttachment.attachment_id == attachment_id))
    ).all()
    versions = {row.id for row in rows}
    for article_id in {row.article_id for row in rows}:
        published = await ArticleRepository(session).published_of(article_id)
        held = holding([(v, v.effective_from, v.effective_to) for v in published], day)
        if held is not None and held.id in versions and held.audience == "public":
            return True
    return False
