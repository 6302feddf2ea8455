"""Logos for the widget's header: pictures uploaded in the console, made small, and shown to everybody."""

from __future__ import annotations

import asyncio
import hashlib
import io

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from channels.models import WidgetLogo
from core import filetypes
from core.errors import NotFound
from core.unit_of_work import UnitOfWork

MAX_UPLOAD = 2 * 1024 * 1024
# Shown 40 pixels high; three device pixels to one.
_SIDE = 160


def made_small(name: str, data: bytes) -> tuple[bytes, str]:
    """The picture written anew, at most 160 pixels a side, and its media type. Raises FileRefused."""
    picture = filetypes.picture(name, io.BytesIO(data), size=len(data))
    with Image.open(io.BytesIO(picture.data)) as opened:
        opened.thumbnail((_SIDE, _SIDE))
        out = io.BytesIO()
        form = "PNG" if picture.media_type == "image/png" else "JPEG"
        opened.save(out, form, optimize=True, **({} if form == "PNG" else {"quality": 88}))
    return out.getvalue(), picture.media_type


async def keep(uow: UnitOfWork, data: bytes, media_type: str) -> str:
    """The address under which the picture is shown from now on; the same picture has the same one."""
    ending = "png" if media_type == "image/png" else "jpg"
    name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
    if await uow.session.get(WidgetLogo, name) is None:
        uow.session.add(
            WidgetLogo(name=name, media_type=media_type, data=data, created_at=uow.clock.now())
        )
    return f"/api/v1/widget-logos/{name}"


async def load(session: AsyncSession, name: str) -> WidgetLogo:
    logo = await session.get(WidgetLogo, name)
    if logo is None:
        raise NotFound("没有这个图标。", what="logo")
    return logo


async def shrink(name: str, data: bytes) -> tuple[bytes, str]:
    """`made_small` in a thread: it is CPU work."""
    return await asyncio.to_thread(made_small, name, data)
