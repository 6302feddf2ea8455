"""Media that citizens send: the message is stored at once, the file fetched right afterwards. For all of WeChat's
services.

WeChat keeps a medium for three days ("获取临时素材"). What is fetched goes the way of an upload: same limits, same
checks, same refusals.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal, Protocol

from channels.tencent.errors import ApiFailed
from channels.tencent.receiving.amr import as_wav, decoder, seconds_of
from channels.tencent.receiving.fetching import Open, fetched
from core.configs import get_config
from core.conversation import repository, thread
from core.conversation.attachments import coming
from core.conversation.attachments.coming import ComingFile
from core.conversation.attachments.service import Attachments, TooManyFiles
from core.conversation.attachments.settings import CONFIG_NAME, ExchangeSettings
from core.conversation.content import FILE_KINDS, TextContent
from core.conversation.handoffs import BOT_AUTHOR
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.models import Conversation, Message
from core.conversation.status import ConversationStatus
from core.errors import BangbanError
from core.filetypes import FileRefused, safe_name
from core.media import Examined
from core.outbox.worker import Postponed
from core.scanning import FileInfected
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.uploads import FileEmpty, FileTooLarge, StreamedUpload

log = logging.getLogger(__name__)

MEDIA_TOPIC = "tencent.media"
Kind = Literal["image", "voice", "video", "file"]

# WeChat throws a medium away after that.
LIFETIME = timedelta(days=3)
# invalid media_id: over, or never was. Nothing comes of asking again.
GONE = frozenset({40007})
DAILY_LIMIT = 45009
# Shorter than the outbox's lease: nobody else may take the row while this attempt is still under way.
FETCH_SECONDS = 50
# Of the outbox's sixteen hands: a slow download holds up no answer to a citizen.
AT_ONCE = 4
SOON, LATER = timedelta(seconds=2), timedelta(hours=1)
# An agent who looks at the message is told when it takes longer than that.
TELL_AFTER = timedelta(seconds=20)
LONGER = "微信暂时没有给出这个文件，系统会继续尝试"
OVER = "微信上的文件已过期或已失效"
# Papers (`file`) are pushed to official accounts with a key for which there is no interface.
NOT_GIVEN = "微信不向公众号提供这种文件，请改发照片或截图。"
# The mark, in `meta`, of the line that asks for a file once more.
ASKED = "asked_again"
_LOOK_BACK = 50
_SAID_AS = {"image": "image/any", "voice": "audio/any", "video": "video/any", "file": ""}
_REFUSED = (FileRefused, FileTooLarge, FileEmpty, FileInfected, TooManyFiles)


class Receiver(Protocol):
    """What is needed of the engine."""

    async def receive(self, message: InboundMessage) -> Receipt: ...


class MediaIntake:
    """Each channel says with `serve` how its media are downloaded; the outbox calls `fetch` for MEDIA_TOPIC."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, receiver: Receiver, attachments: Attachments
    ) -> None:
        self._uows = uows
        self._receiver = receiver
        self._attachments = attachments
        self._channels: dict[str, Open] = {}
        self._under_way = 0

    def serve(self, channel: str, opening: Open) -> None:
        """`opening(inbox_id, media_id)` opens the medium; it raises ApiFailed with WeChat's errcode."""
        self._channels[channel] = opening

    async def receive(
        self, channel: str, *, inbox_id: str, external_contact: str, external_id: str,
        media_id: str, kind: Kind, name: str = "", spoken: str = "", sub_channel: str = "",
    ) -> Receipt:  # fmt: skip
        """Store the message in one unit of work, idempotent on `external_id`; the file follows.

        `name`: what the citizen calls a file. `spoken`: the words WeChat heard in a recording, cleaned: the bot gets
        them as a text, agents see both. Raises WordsRefused.
        """
        ref = {
            "channel": channel,
            "inbox_id": inbox_id,
            "media_id": media_id,
            "kind": kind,
            "name": name,
            "at": self._uows.clock.now().isoformat(),
        }
        file = ComingFile(kind=kind, topic=MEDIA_TOPIC, ref=ref, name=name, spoken=spoken)
        message = InboundMessage(
            inbox_id=inbox_id, external_contact=external_contact, content=file,
            external_id=external_id, sub_channel=sub_channel,
        )  # fmt: skip
        return await self._receiver.receive(message)

    # ---- afterwards, by the outbox -------------------------------------------------------------------------------

    async def fetch(self, payload: dict[str, Any]) -> None:
        """Handler of MEDIA_TOPIC. Whatever goes wrong, the message says in the end what became of the file."""
        if not payload["media_id"]:
            await self._lose(payload, NOT_GIVEN, again=False)
            return
        now = self._uows.clock.now()
        if self._under_way >= AT_ONCE:
            raise Postponed(now + timedelta(seconds=1))
        self._under_way += 1
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                await self._fetch(payload)
        except _REFUSED as refused:
            await self._lose(payload, refused.message, again=False)
        except ApiFailed as failed:
            if failed.errcode in GONE:
                await self._lose(payload, OVER, again=True)
            else:
                await self._later(payload, failed.errcode)
        except BangbanError as error:
            # The scanner or the store is away.
            log.warning("a medium of inbox %s must wait: %s", payload["inbox_id"], error.code)
            await self._later(payload)
        except Exception as error:  # a file that breaks something must not wait for ever
            log.warning(
                "a medium of inbox %s failed with %s", payload["inbox_id"], type(error).__name__
            )
            await self._later(payload)
        finally:
            self._under_way -= 1

    async def _fetch(self, payload: dict[str, Any]) -> None:
        inbox_id, kind = payload["inbox_id"], payload["kind"]
        async with self._uows.read() as session:
            limits = (await get_config(session, CONFIG_NAME, ExchangeSettings)).of(inbox_id)
        opening = self._channels[payload["channel"]]
        async with fetched(
            opening(inbox_id, payload["media_id"]), max_bytes=limits.max_mb * 1024 * 1024
        ) as (file, size):
            seconds = await asyncio.to_thread(seconds_of, file) if kind == "voice" else None
            upload = StreamedUpload(
                payload["name"], _SAID_AS[kind], size, file,
                {"seconds": str(seconds)} if seconds else {},
            )  # fmt: skip
            found = await self._attachments.check(inbox_id, upload)
            if found.media_type == "audio/amr":
                found = await asyncio.to_thread(_playable, found, file)
            await self._attachments.fill(
                payload["conversation_id"], payload["message_id"], payload["attachment_id"],
                upload, found,
            )  # fmt: skip

    async def _later(self, payload: dict[str, Any], errcode: int | None = None) -> None:
        """Twice as long after each try, an hour at most; raises Postponed until the medium's time is over."""
        now = self._uows.clock.now()
        age = now - datetime.fromisoformat(payload["at"])
        if age >= LIFETIME:
            await self._lose(payload, OVER, again=True)
            return
        if TELL_AFTER <= age < 2 * TELL_AFTER + SOON:
            async with self._uows.write() as uow:
                await coming.say(uow, payload, reason=LONGER)
        wait = LATER if errcode == DAILY_LIMIT else min(max(age, SOON), LATER)
        raise Postponed(now + wait)

    async def _lose(self, payload: dict[str, Any], reason: str, *, again: bool) -> None:
        """It cannot be had: the agent sees why, the citizen is asked once. `again`: the same file is welcome."""
        async with self._uows.write() as uow:
            conversation = await coming.say(uow, payload, reason=reason, lost=True)
            if conversation is None or conversation.status == ConversationStatus.CLOSED:
                return
            if await self._asked(uow, conversation, payload["message_id"]):
                return
            what = FILE_KINDS[payload["kind"]]
            text = (
                f"抱歉，您刚才发的{what}没有接收成功，请重新发送一次。"
                if again
                else f"抱歉，您发的{what}无法接收：{reason}您也可以用文字说明。"
            )
            await thread.append(
                uow, conversation, BOT_AUTHOR, TextContent(text=text), meta={ASKED: True}
            )

    @staticmethod
    async def _asked(uow: UnitOfWork, conversation: Conversation, message_id: str) -> bool:
        """Whether he was asked since he sent it: of nine pictures at once each may fail."""
        message = await uow.session.get_one(Message, message_id)
        rows = await repository.messages_after(
            uow.session, conversation.id, message.seq, _LOOK_BACK
        )
        return any(ASKED in row.meta for row in rows)


def _playable(found: Examined, file: BinaryIO) -> Examined:
    """A recording that browsers play, where it can be decoded; else as it came, to be saved."""
    sound = as_wav(file, decoder())
    if sound is None:
        return found
    name = safe_name(found.name.removesuffix(".amr"), ".wav")
    return replace(found, name=name, media_type="audio/wav", data=sound)
