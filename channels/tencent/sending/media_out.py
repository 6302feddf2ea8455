"""Brings our files to WeChat: uploaded once for three days, whoever is shown them. Used by the carriers.

A medium belongs to an account. What was uploaded is remembered by the file's content, so that a form sent to a
hundred citizens goes up once.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from PIL import Image
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from channels.tencent.api.client import ApiClient, Upload
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.models import MediaUpload
from channels.tencent.rendering.bubbles import MediaBubble
from core.conversation.attachments.models import Attachment
from core.conversation.attachments.service import Attachments
from core.conversation.ports import DeliveryRefused
from core.errors import NotFound, Unavailable
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

UPLOAD = "/cgi-bin/media/upload"
# Documentation of "新增临时素材": kept for three days. Some hours less, so that it outlasts its way to the phone.
KEPT = timedelta(days=3)
USED_FOR = timedelta(days=2, hours=18)
# WeChat does not take this file, and never will ("全局返回码"): kind, format, size, length, no permission for media.
NOT_TAKEN = frozenset({
    40004, 40005, 40006, 40009, 40010, 40011, 40015, 41005, 44001, 45001, 45007, 48001, 48008,
})  # fmt: skip
JPEG = "image/jpeg"


class MediaNotTaken(Exception):
    """WeChat does not take the file: the citizen gets a link instead."""


class MediaOut:
    def __init__(self, *, uows: UnitOfWorkFactory, attachments: Attachments) -> None:
        self._uows = uows
        self._attachments = attachments

    async def attachment(self, bubble: MediaBubble) -> Attachment:
        """The file of the bubble. Raises DeliveryRefused when it was taken back or is gone."""
        async with self._uows.read() as session:
            found = await session.get(Attachment, bubble.attachment_id)
        if found is None or found.state == "recalled":
            raise DeliveryRefused("file_gone", "文件已被撤回或删除")
        return found

    async def upload(
        self, account: str, client: ApiClient, attachment: Attachment, *, anew: bool = False
    ) -> str:
        """The media id of the file; `anew`: WeChat does not know the one that is remembered any more.

        `account` as in api_tokens. Raises MediaNotTaken, ApiFailed, DeliveryRefused.
        """
        key = (account, attachment.sha256, attachment.kind)
        return await self.media_id(key, client, lambda: self._file(attachment), anew=anew)

    async def media_id(
        self,
        key: tuple[str, str, str],
        client: ApiClient,
        file: Callable[[], Awaitable[Upload]],
        *,
        anew: bool = False,
    ) -> str:
        """The media id of what `file` opens, if it has to go up. `key`: account, sha256, as which kind of medium.

        Raises MediaNotTaken, ApiFailed, and what `file` raises.
        """
        kind, now = key[2], self._uows.clock.now()
        async with self._uows.read() as session:
            known = await session.get(MediaUpload, key)
        if known is not None and not anew and now - known.uploaded_at < USED_FOR:
            return known.media_id
        try:
            answer = await client.upload(UPLOAD, await file(), query={"type": kind})
        except ApiUnsure as unsure:
            # An upload that nobody is shown does no harm: it is simply done again.
            raise ApiFailed(unsure.reason, errcode=unsure.errcode) from None
        if answer["errcode"] in NOT_TAKEN:
            log.info("upload of a %s refused with %s", kind, answer["errcode"])
            raise MediaNotTaken
        client.expect_success(answer)
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not 0 < len(media_id) <= 512:
            raise ApiFailed("uploaded, but no media_id came")
        await self._remember(key, media_id)
        return media_id

    async def _file(self, attachment: Attachment) -> Upload:
        try:
            pieces = [piece async for piece in await self._attachments.open(attachment)]
        except NotFound:
            raise DeliveryRefused("file_gone", "文件已被撤回或删除") from None
        except Unavailable as away:
            raise ApiFailed(f"our own store: {away.code}") from None
        content, media_type, name = b"".join(pieces), attachment.media_type, attachment.name
        if media_type == "image/webp":
            # WeChat takes PNG, JPEG and GIF.
            try:
                content, media_type = await asyncio.to_thread(_as_jpeg, content), JPEG
            except OSError:
                raise MediaNotTaken from None  # cut short, say: browsers show what there is
            name = f"{name.rpartition('.')[0] or name}.jpg"
        return Upload(name, media_type, content)

    async def _remember(self, key: tuple[str, str, str], media_id: str) -> None:
        account, sha256, kind = key
        try:
            async with self._uows.write() as uow:
                now = uow.clock.now()
                await uow.session.execute(
                    delete(MediaUpload).where(MediaUpload.uploaded_at < now - KEPT)
                )
                await uow.session.merge(
                    MediaUpload(
                        account=account, sha256=sha256, kind=kind, media_id=media_id, uploaded_at=now
                    )
                )  # fmt: skip
        except IntegrityError:
            # Sent to two citizens at once: either medium is as good as the other.
            log.info("a %s was uploaded twice at the same time", kind)


def _as_jpeg(content: bytes) -> bytes:
    """The picture on white. What was checked when it was kept is a picture of bounded size (core.media)."""
    with Image.open(io.BytesIO(content)) as picture:
        rgba = picture.convert("RGBA")
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    written = io.BytesIO()
    flat.save(written, "JPEG", quality=88)
    return written.getvalue()
