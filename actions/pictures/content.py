"""A picture as a message's content."""

from __future__ import annotations

import asyncio
import logging
import struct
from uuid import NAMESPACE_URL, uuid5

from actions.pictures.links import Figures, PictureLinks
from core.conversation.content import Content, FileContent

log = logging.getLogger(__name__)


async def draw_picture(
    links: PictureLinks | None, kind: str, figures: Figures, name: str
) -> list[Content]:
    """One image, or none where it cannot be drawn: the words and tables say the same. `name`: what it shows."""
    if links is None:
        return []
    try:
        data = await asyncio.to_thread(links.paint, kind, figures)
    except (OSError, ValueError) as error:
        log.error("a picture of kind %s could not be drawn: %s", kind, type(error).__name__)
        return []
    # Where every PNG has them.
    width, height = struct.unpack(">II", data[16:24])
    url = links.address(kind, figures)
    content = FileContent(
        type="image", attachment_id=str(uuid5(NAMESPACE_URL, url)), url=url, name=name,
        size=len(data), media_type="image/png", width=width, height=height,
    )  # fmt: skip
    return [content]
