"""WeChat's three services as one part of the server. Called by the container."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from fastapi import APIRouter

from app.bus import EventBus
from app.chat_side import ChatSide, build_chat_side
from app.files import Files
from app.miniprogram import MiniProgram, build_miniprogram
from app.people import People
from app.replies import ReplySide, build_replies
from app.tencent import build_tencent
from app.wechat import WeChat, build_wechat
from app.wecom import Wecom, build_wecom
from channels.miniprogram.entries import offered
from channels.tencent.api.client import Tools
from channels.tencent.api.sns import Sns
from channels.tencent.receiving.media import MEDIA_TOPIC, MediaIntake
from channels.tencent.sending.typing import TypingNews
from channels.web.tokens import VisitorTokens
from channels.wechat.picks import remember
from core.conversation.engine import Engine
from core.conversation.persons import TOPIC as PERSON_TOPIC
from core.conversation.persons import Persons
from core.conversation.ports import HotQuestions
from core.outbox.worker import Handler
from core.settings import Settings
from core.sms.service import Sms
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.recalling import Recalling
from handoff.left_messages.phones import ProvedPhones


@dataclass(frozen=True)
class Weixin:
    tools: Tools
    chat: ChatSide
    media: MediaIntake
    replies: ReplySide
    persons: Persons
    wechat: WeChat
    miniprogram: MiniProgram
    wecom: Wecom

    def handlers(self) -> dict[str, Handler]:
        """Topics of the outbox."""
        return {
            **self.replies.handlers(),
            **self.wechat.handlers(),
            **self.wecom.handlers(),
            MEDIA_TOPIC: self.media.fetch,
            PERSON_TOPIC: self.persons,
        }

    def timers(self) -> dict[str, TimerHandler]:
        return self.replies.timers() | self.wecom.timers()

    def listen(self, bus: EventBus, uows: UnitOfWorkFactory) -> None:
        """What they do about what happens elsewhere."""
        carriers = (self.wechat.carrier, self.miniprogram.carrier, self.wecom.carrier)
        typing = TypingNews(uows, {each.channel: each for each in carriers})
        bus.react("typing.updated", typing.on_typing, when=typing.concerns)
        bus.react("message.created", typing.on_message, when=typing.ends)
        closing = self.wecom.closing
        bus.react("conversation.updated", closing.on_closed, when=closing.concerns)

    def callbacks(self) -> list[APIRouter]:
        """Routes at the root: what WeChat calls, and pages that open from chats."""
        return [
            self.wechat.callback,
            self.wechat.pages,
            self.miniprogram.callback,
            self.wecom.callback,
            self.chat.pages,
        ]

    def admin(self) -> list[APIRouter]:
        """Routes under /api/v1."""
        return [
            *self.replies.routers(),
            *self.wechat.admin,
            self.miniprogram.admin,
            self.wecom.admin,
        ]


def build_weixin(
    settings: Settings,
    uows: UnitOfWorkFactory,
    *,
    outside: httpx.AsyncClient,
    engine: Engine,
    people: People,
    files: Files,
    hot: HotQuestions,
    sms: Sms,
    persons: Persons,
    tokens: VisitorTokens,
) -> Weixin:
    tools = build_tencent(settings, uows, outside=outside)
    media = MediaIntake(uows=uows, receiver=engine, attachments=files.attachments)
    chat = build_chat_side(settings, uows, files=files, ratings=people.ratings)
    sns = Sns(http=outside, base_url=settings.wechat_api_base, health=tools.health)
    wechat = build_wechat(
        settings, uows, tools=tools, engine=engine, media=media, hot=hot, chat=chat, sns=sns,
        persons=persons, tokens=tokens,
    )  # fmt: skip
    miniprogram = build_miniprogram(
        settings, uows, tools=tools, sns=sns, engine=engine, media=media, hot=hot, chat=chat
    )
    wecom = build_wecom(
        settings, uows, tools=tools, engine=engine, media=media, hot=hot, chat=chat,
        links=files.links, persons=persons, take_back=Recalling(uows),
    )  # fmt: skip
    replies = build_replies(
        uows,
        [(wechat.carrier, remember), (miniprogram.carrier, offered), (wecom.carrier, None)],
        links=files.links, sms=sms, phones=ProvedPhones(),
    )  # fmt: skip
    return Weixin(
        tools=tools, chat=chat, media=media, replies=replies, persons=persons, wechat=wechat,
        miniprogram=miniprogram, wecom=wecom,
    )  # fmt: skip
