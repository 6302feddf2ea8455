"""The small picture that 微信客服 wants on every card: drawn once, uploaded as any file. Used by the carrier."""

from __future__ import annotations

import functools
import hashlib
import io

from PIL import Image, ImageDraw

from channels.tencent.api.client import Upload
from channels.tencent.errors import ApiFailed
from channels.tencent.sending.media_out import MediaNotTaken, MediaOut
from channels.wecom.accounts import Account
from channels.wecom.api import KfApi

_SIDE = 200
_GROUND, _PAPER, _LINE = "#2a7f62", "#ffffff", "#9cc9b8"


class Thumbs:
    def __init__(self, media: MediaOut) -> None:
        self._media = media

    async def media_id(self, account: Account, api: KfApi, *, anew: bool = False) -> str:
        """Raises ApiFailed; nothing was shown to anybody."""
        picture = drawn()
        key = (account.key, hashlib.sha256(picture).hexdigest(), "image")

        async def file() -> Upload:
            return Upload("card.png", "image/png", picture)

        try:
            return await self._media.media_id(key, api.client, file, anew=anew)
        except MediaNotTaken:
            raise ApiFailed("the picture on cards is not taken") from None


@functools.cache
def drawn() -> bytes:
    """A sheet of paper with lines on it, as a PNG."""
    picture = Image.new("RGB", (_SIDE, _SIDE), _GROUND)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((50, 34, 150, 166), radius=8, fill=_PAPER)
    for row, right in enumerate((132, 132, 132, 108)):
        top = 62 + row * 24
        pen.rounded_rectangle((68, top, right, top + 8), radius=4, fill=_LINE)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
