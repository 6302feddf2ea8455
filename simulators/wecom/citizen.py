"""The citizen's side: enter the chat, say or send something, take it back, tap on a list, see the chat."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from simulators.wecom.push import SERVICER as FROM_SERVICER
from simulators.wecom.push import Pusher
from simulators.wecom.rules import ENDED, SERVICER
from simulators.wecom.settings import WeComSettings
from simulators.wecom.state import Citizen, Shown, State

UserId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{2,64}$")]
PLACEHOLDER = {"image": "[图片]", "voice": "[语音]", "video": "[视频]", "file": "[文件]"}


class Whose(BaseModel):
    """`open_kfid` left out: the first 客服账号."""

    model_config = ConfigDict(extra="forbid")

    citizen: UserId
    open_kfid: str = ""


class Enter(Whose):
    """Opens the chat by a link; `scene` and `scene_param` stand in that link."""

    scene: str = Field("", pattern=r"^[0-9a-zA-Z_-]{0,32}$")
    scene_param: str = Field("", max_length=128)


class Say(Whose):
    """`menu_id`: an item of a list was tapped. `at`: when it was said, if not now."""

    text: str = Field(min_length=1)
    menu_id: str = ""
    at: int | None = None


class SendMedia(Whose):
    kind: Literal["image", "voice", "video", "file"]
    data: str
    name: str = "media"
    media_type: str = "application/octet-stream"


class SendOther(Whose):
    """Any other kind of message, as sync_msg gives it."""

    kind: str
    part: dict[str, Any]


class Recall(Whose):
    msgid: str


class Result(BaseModel):
    msgid: str
    attempts: int
    accepted: bool
    welcome_code: bool = False


class Chat(BaseModel):
    """`left`: how many replies the account may still send; `state` that of the session (0 to 4)."""

    account: str
    messages: list[Shown]
    left: int
    state: int


def build_router(state: State, settings: WeComSettings, pusher: Pusher) -> APIRouter:
    router = APIRouter(prefix="/_citizen")

    def account_of(body: Whose) -> str:
        open_kfid = body.open_kfid or state.accounts[0]
        if open_kfid not in state.accounts:
            raise HTTPException(404, "no such account")
        return open_kfid

    def citizen_of(body: Whose) -> Citizen:
        return state.citizen((account_of(body), body.citizen))

    async def result(body: Whose, msgid: str, **more: Any) -> Result:
        pushed = await pusher.push(account_of(body))
        return Result(msgid=msgid, attempts=pushed.attempts, accepted=pushed.accepted, **more)

    def wrote(body: Whose, kind: str, part: dict[str, Any], shown: str, **more: Any) -> str:
        citizen, open_kfid = citizen_of(body), account_of(body)
        citizen.session.wrote(state.now())
        msgid = pusher.record(open_kfid, citizen, kind, part, **more)
        media = str(part.get("media_id", ""))
        state.show(citizen, "citizen", shown, kind=kind, msgid=msgid, media_id=media)
        return msgid

    @router.post("/enter")
    async def enter(body: Enter) -> Result:
        citizen, open_kfid = citizen_of(body), account_of(body)
        event: dict[str, Any] = {"scene": body.scene, "scene_param": body.scene_param}
        owed = citizen.session.owed_welcome(state.now())
        if owed:
            event["welcome_code"] = state.new_code((open_kfid, citizen.external_userid))
        msgid = pusher.record_event(open_kfid, citizen, "enter_session", event)
        return await result(body, msgid, welcome_code=owed)

    @router.post("/send")
    async def send(body: Say) -> Result:
        part = {"content": body.text} | ({"menu_id": body.menu_id} if body.menu_id else {})
        more = {"send_time": body.at} if body.at is not None else {}
        return await result(body, wrote(body, "text", part, body.text, **more))

    @router.post("/media")
    async def send_media(body: SendMedia) -> Result:
        try:
            data = base64.b64decode(body.data, validate=True)
        except binascii.Error:
            raise HTTPException(422, "data is not base64") from None
        media_id = state.put_media(data, body.name, body.media_type)
        shown = f"{PLACEHOLDER[body.kind]} {body.name}"
        return await result(body, wrote(body, body.kind, {"media_id": media_id}, shown))

    @router.post("/other")
    async def send_other(body: SendOther) -> Result:
        return await result(body, wrote(body, body.kind, body.part, f"[{body.kind}]"))

    @router.post("/recall")
    async def recall(body: Recall) -> Result:
        citizen, open_kfid = citizen_of(body), account_of(body)
        for line in citizen.shown:
            line.recalled = line.recalled or (bool(line.msgid) and line.msgid == body.msgid)
        event = {"recall_msgid": body.msgid}
        return await result(body, pusher.record_event(open_kfid, citizen, "user_recall_msg", event))

    @router.post("/taken")
    async def taken(body: Say) -> Result:
        """A servicer in 企业微信 takes the session over and writes `text`."""
        citizen, open_kfid = citizen_of(body), account_of(body)
        citizen.session.state, citizen.session.servicer = SERVICER, "zhangsan"
        event = {"change_type": 1, "new_servicer_userid": "zhangsan"}
        pusher.record_event(open_kfid, citizen, "session_status_change", event)
        msgid = pusher.record(
            open_kfid, citizen, "text", {"content": body.text},
            origin=FROM_SERVICER, servicer_userid="zhangsan",
        )  # fmt: skip
        state.show(citizen, "account", body.text, msgid=msgid)
        return await result(body, msgid)

    @router.post("/ended")
    async def ended(body: Whose) -> Result:
        """The servicer in 企业微信 ends the session."""
        citizen, open_kfid = citizen_of(body), account_of(body)
        citizen.session.state, citizen.session.servicer = ENDED, ""
        event = {"change_type": 3, "old_servicer_userid": "zhangsan"}
        msgid = pusher.record_event(open_kfid, citizen, "session_status_change", event)
        return await result(body, msgid)

    @router.get("/{citizen}/messages")
    async def messages(citizen: UserId, open_kfid: str = "", after: int = 0) -> Chat:
        row = citizen_of(Whose(citizen=citizen, open_kfid=open_kfid))
        lines = [line for line in row.shown if line.id > after]
        left = row.session.left if row.session.may_send(state.now()) in (0, 95001) else 0
        return Chat(account=settings.name, messages=lines, left=left, state=row.session.state)

    @router.get("/media/{media_id}")
    async def show_media(media_id: Annotated[str, Path()]) -> Response:
        """A picture in the chat."""
        media = state.media.get(media_id)
        if media is None:
            raise HTTPException(404)
        return Response(media.data, media_type=media.media_type)

    return router
