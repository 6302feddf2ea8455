"""The pages that open from a chat by a signed address: a long answer, a file, what to add to a rating. No login.

`app` mounts them at the root: the addresses stand in chats (links.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse

from channels.tencent.pages.answer_html import answer_html, shown_on_page, title_of
from channels.tencent.pages.file_html import file_html
from channels.tencent.pages.frame import notice, page
from channels.tencent.pages.links import FILE_VALID, PageExpired, PageLinks
from channels.tencent.pages.rating import ChatRatings
from channels.tencent.pages.rating_html import MOST_COMMENT, rating_html
from core.auth.http import require
from core.auth.permissions import Permission
from core.conversation.attachments.links import FileLinks, path_of
from core.conversation.attachments.models import Attachment
from core.conversation.content import CONTENT, AnswerContent
from core.conversation.models import Conversation, Message
from core.conversation.schemas import PERSONAL
from core.errors import BangbanError, Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWorkFactory

PUBLIC = [Depends(require(Permission.PUBLIC))]
Token = Annotated[str, Path(max_length=100)]
# A form with a comment of 500 characters, each percent-encoded, and its tags.
MAX_FORM_BYTES = 32 * 1024
MOST_TAGS = 20
NO_PAGE = "这个页面打不开"
GONE = "这条内容已经撤回，或者不再提供。请回到聊天中重新查询。"
THANKS = "您可以关闭本页，回到聊天。"


def build_router(
    *, uows: UnitOfWorkFactory, links: PageLinks, files: FileLinks, ratings: ChatRatings
) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=PUBLIC)

    @router.get("/answer/{token}")
    async def answer(token: Token) -> HTMLResponse:
        """The whole of an answer that was too long for the chat."""
        try:
            message_id = links.open("answer", token).id
            async with uows.read() as session:
                message = await session.get(Message, message_id)
                if message is None or not _open_to_all(message):
                    raise NotFound(GONE)
                said_in = await session.get_one(Conversation, message.conversation_id)
            content = CONTENT.validate_python(message.content)
            if not shown_on_page(content):
                raise NotFound(GONE)
            # What people wrote is not reviewed; it is not for longer than a file.
            if not isinstance(content, AnswerContent):
                _check_age(message, uows)
        except BangbanError as refused:
            return _refused(refused)
        body = answer_html(content, message.created_at, variant=said_in.channel)
        return page(title_of(content), body)

    @router.get("/file/{token}")
    async def file(token: Token) -> HTMLResponse:
        """A file that the service does not show in the chat."""
        try:
            opened = links.open("file", token)
            async with uows.read() as session:
                found = await session.get(Attachment, opened.id)
            if found is None or found.state != "sent" or found.conversation_id is None:
                raise NotFound(GONE)
        except BangbanError as refused:
            return _refused(refused)
        key = files.key(found.conversation_id, found.id)
        address = f"{path_of(found.conversation_id, found.id, found.name)}?key={key}"
        hours = int((opened.until - uows.clock.now()).total_seconds()) // 3600
        return page(found.name, file_html(found.kind, found.name, found.size, address, hours=hours))

    @router.get("/rate/{token}")
    async def rating(token: Token) -> HTMLResponse:
        """What can be added to a rating."""
        try:
            opened = links.open("rate", token)
            form = await ratings.form(opened.id, opened.detail)
        except BangbanError as refused:
            return _refused(refused)
        return page("评价", rating_html(form))

    @router.post("/rate/{token}")
    async def rate(token: Token, request: Request) -> HTMLResponse:
        """The form of the page above."""
        tags: list[str] = []
        comment = ""
        try:
            opened = links.open("rate", token)
            tags, comment = await _sent(request)
            thanks = await ratings.said(opened.id, opened.detail, tags, comment)
        except (InvalidInput, Conflict) as refused:
            form = await ratings.form(opened.id, opened.detail)
            again = rating_html(form, wrong=refused.message, tags=tags, comment=comment)
            return page("评价", again, status=refused.status)
        except BangbanError as refused:
            return _refused(refused)
        return notice(thanks, THANKS)

    def _check_age(message: Message, uows: UnitOfWorkFactory) -> None:
        # The address is the same for an hour, and so is its end.
        if uows.clock.now() - message.created_at > FILE_VALID + timedelta(hours=1):
            raise PageExpired()

    return router


def _open_to_all(message: Message) -> bool:
    """Never what is private, what the citizen said, or what is the citizen's own data."""
    said = message.author_kind in ("bot", "agent")
    return said and not message.private and PERSONAL not in message.meta


async def _sent(request: Request) -> tuple[list[str], str]:
    """Tags and comment of the form. Raises InvalidInput."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_FORM_BYTES:
            raise InvalidInput("内容太长了，请写得短一些。", field="comment")
    try:
        fields = parse_qs(body.decode("ascii"), errors="strict", max_num_fields=MOST_TAGS + 2)
    except ValueError:
        raise InvalidInput() from None
    comment = fields.get("comment", [""])[0]
    if len(comment) > MOST_COMMENT:
        raise InvalidInput(f"最多写 {MOST_COMMENT} 字。", field="comment")
    return fields.get("tag", [])[:MOST_TAGS], comment


def _refused(error: BangbanError) -> HTMLResponse:
    return notice(NO_PAGE, error.message, status=error.status)
