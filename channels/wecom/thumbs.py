"""The small picture that 微信客服 wants on every card: drawn once, uploaded for three days. Used by the carrier."""

from __future__ import annotations

import functools
import hashlib
import io
from datetime import timedelta

from PIL import Image, ImageDraw

from channels.tencent.client import Upload
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.models import MediaUpload
from channels.wecom.accounts import Account
from channels.wecom.api import KfApi
from core.unit_of_work import UnitOfWorkFactory

# A medium lives three days; some hours less, so that it outlasts its way to the phone.
USED_FOR = timedelta(days=2, hours=18)
KIND = "thumb"
_SIDE = 200
_GROUND, _PAPER, _LINE = "#2a7f62", "#ffffff", "#9cc9b8"


class Thumbs:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def media_id(self, account: Account, api: KfApi, *, anew: bool = False) -> str:
        """Raises ApiFailed; nothing was shown to anybody."""
        picture = drawn()
        key = (account.key, hashlib.sha256(picture).hexdigest(), KIND)
        now = self._uows.clock.now()
        async with self._uows.read(brief=True) as session:
            known = await session.get(MediaUpload, key)
        if known is not None and not anew and now - known.uploaded_at < USED_FOR:
            return known.media_id
        try:
            media_id = await api.upload("image", Upload("card.png", "image/png", picture))
        except ApiUnsure as unsure:
            raise ApiFailed(unsure.reason, errcode=unsure.errcode) from None
        async with self._uows.write() as uow:
            await uow.session.merge(
                MediaUpload(
                    account=key[0], sha256=key[1], kind=KIND, media_id=media_id, uploaded_at=now
                )
            )
        return media_id


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
