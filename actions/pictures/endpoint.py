"""GET /pictures/{token}.png: draws the picture a signed address asks for."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Response

from actions.pictures.links import PictureLinks
from core.auth.http import require
from core.auth.permissions import Permission

# Two at a time at most: drawing is work for the processor, and conversations go first.
MOST_AT_ONCE = 2


def build_router(links: PictureLinks) -> APIRouter:
    router = APIRouter(prefix="/pictures", tags=["pictures"])
    room = asyncio.Semaphore(MOST_AT_ONCE)

    @router.get(
        "/{token}.png", dependencies=[Depends(require(Permission.PUBLIC))], response_class=Response
    )
    async def read_picture(token: str) -> Response:
        """A chart the bot has offered; whoever has its address sees it, until it expires."""
        kind, figures = links.open(token)
        async with room:
            data = await asyncio.to_thread(links.paint, kind, figures)
        headers = {
            "cache-control": "public, max-age=86400, immutable",
            "content-security-policy": "default-src 'none'; sandbox",
            "content-disposition": 'inline; filename="chart.png"',
            "x-content-type-options": "nosniff",
        }
        return Response(data, media_type="image/png", headers=headers)

    return router
