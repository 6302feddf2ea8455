"""How kept files and the small pictures beside them are handed out by HTTP: for conversations' routes and tickets'."""

from __future__ import annotations

from core.conversation.attachments.models import Attachment
from core.downloads import Download
from core.errors import NotFound

# The address may hold a key; it is not to travel on. Other sites' pages, where the widget lives, may show it.
_LINKED = {"referrer-policy": "no-referrer", "cross-origin-resource-policy": "cross-origin"}


def whole(attachment: Attachment, name: str) -> Download:
    """Documents are never shown in place. `name`: as whoever opens it may see it."""
    return Download(
        name=name, media_type=attachment.media_type, size=attachment.size, etag=attachment.sha256,
        inline=attachment.kind != "file", more=_LINKED,
    )  # fmt: skip


def small(attachment: Attachment) -> Download:
    """Raises NotFound where there is no small picture."""
    if attachment.small_size is None:
        raise NotFound("没有这个文件。")
    return Download(
        name="thumbnail.webp", media_type="image/webp", size=attachment.small_size,
        etag=f"{attachment.sha256}.small", inline=True, more=_LINKED,
    )  # fmt: skip
