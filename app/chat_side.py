"""What opens from chats on WeChat, and the files that go there: one of each for all services. Used by the container."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from app.files import Files
from channels.tencent.pages.chat_pages import build_router
from channels.tencent.pages.links import PageLinks
from channels.tencent.pages.rating import ChatRatings, Ratings
from channels.tencent.sending.media_out import MediaOut
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class ChatSide:
    links: PageLinks
    ratings: ChatRatings
    media: MediaOut
    pages: APIRouter


def build_chat_side(
    settings: Settings, uows: UnitOfWorkFactory, *, files: Files, ratings: Ratings
) -> ChatSide:
    links = PageLinks(settings.load_secret_key(), uows.clock, settings.resolved_public_url)
    rating = ChatRatings(uows=uows, ratings=ratings, links=links)
    return ChatSide(
        links=links,
        ratings=rating,
        media=MediaOut(uows=uows, attachments=files.attachments),
        pages=build_router(uows=uows, links=links, files=files.links, ratings=rating),
    )
