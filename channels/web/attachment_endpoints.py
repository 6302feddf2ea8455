"""The HTTP route by which a citizen's window uploads a file; a message over the socket then shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from channels.web.arrivals import Arrivals
from core.auth.http import bearer, require
from core.auth.permissions import Permission
from core.clock import Clock
from core.conversation.attachments.links import FileLinks
from core.conversation.attachments.service import FORM, MAX_BYTES, Attachments
from core.conversation.content import FileContent
from core.conversation.engine import Engine
from core.errors import NotAuthenticated, TooManyRequests
from core.rate_limit import RateLimit
from core.uploads import stream_upload, takes_file

# A person picks a dozen photographs at once, and sends them again when the net was bad. Behind one address there may
# be a whole office.
WINDOW = timedelta(minutes=10)
MOST_OF_CONTACT, MOST_OF_ADDRESS = 60, 600
# Uploads that a slow net draws out, at the same time: they hold a file on the disk and a connection each.
MOST_AT_ONCE_OF_ADDRESS, MOST_AT_ONCE = 60, 200


class _UnderWay:
    """How many uploads are being received, and from where."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}

    def begin(self, address: str) -> None:
        """Raises TooManyRequests."""
        there = self._count.get(address, 0)
        if there >= MOST_AT_ONCE_OF_ADDRESS or sum(self._count.values()) >= MOST_AT_ONCE:
            raise TooManyRequests("正在上传的文件太多了，请稍后再试。", retry_after=5)
        self._count[address] = there + 1

    def end(self, address: str) -> None:
        left = self._count[address] - 1
        if left:
            self._count[address] = left
        else:
            del self._count[address]


def build_router(
    *, arrivals: Arrivals, engine: Engine, attachments: Attachments, links: FileLinks, clock: Clock
) -> APIRouter:  # fmt: skip
    router = APIRouter(prefix="/visitor", tags=["visitor"])
    of_contact = RateLimit(clock, limit=MOST_OF_CONTACT, window=WINDOW)
    of_address = RateLimit(clock, limit=MOST_OF_ADDRESS, window=WINDOW)
    under_way = _UnderWay()

    @router.post(
        "/attachments",
        status_code=201,
        openapi_extra=FORM,
        dependencies=[Depends(require(Permission.PUBLIC))],
    )
    @takes_file(MAX_BYTES)
    async def upload(
        request: Request, inbox: Annotated[str, Query(min_length=1, max_length=64)]
    ) -> FileContent:
        """Keep a file for a message; unless one shows it within a day, it is deleted.

        With the token of the window (`session.ready`) as bearer. Opens the citizen's conversation, but not for a
        file that is refused.
        """
        token = bearer(request)
        if token is None:
            raise NotAuthenticated("缺少会话凭证，请重新打开窗口。")
        citizen = await arrivals.who(inbox, token=token, jwt=None)
        address = request.client.host if request.client else ""
        of_contact.check(f"{inbox}/{citizen.external_id}")
        of_address.check(address)
        under_way.begin(address)
        try:
            async with stream_upload(request, max_bytes=MAX_BYTES) as upload:
                found = await attachments.check(inbox, upload)
                conversation_id = await engine.open(
                    inbox, citizen.external_id, new_contact_id=citizen.external_id
                )
                content = await attachments.store(
                    conversation_id, upload, found, uploader_kind="visitor"
                )
        finally:
            under_way.end(address)
        shown = links.for_citizen(content, conversation_id)
        assert isinstance(shown, FileContent)
        return shown

    return router
