"""The citizen's side: say something, send a picture, follow the account, see the chat. For the page and for tests."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from simulators.tencent.envelope import Fields
from simulators.tencent.pushing import Pushed
from simulators.wechat import doing
from simulators.wechat.account import Account, Citizen, Shown
from simulators.wechat.api.notices import listed
from simulators.wechat.push import Pusher
from simulators.wechat.state import OFFICIAL, State

OpenId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{6,64}$")]


class ByCitizen(BaseModel):
    """`account`: which of the accounts the simulator plays."""

    model_config = ConfigDict(extra="forbid")

    openid: OpenId
    account: str = OFFICIAL


class Say(ByCitizen):
    """`menu_id`: an item was tapped. `msg_id`: send an earlier push again."""

    text: str = Field(min_length=1)
    menu_id: str = ""
    msg_id: str = ""


class Do(ByCitizen):
    """An event: subscribe, unsubscribe, SCAN, CLICK, VIEW, user_enter_tempsession ... `fields`: more of it."""

    event: str = Field(min_length=1)
    event_key: str = ""
    fields: dict[str, str | int | float] = {}


class Where(ByCitizen):
    """A place, in the coordinates of Chinese maps (GCJ-02), as WeChat sends it."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = ""
    scale: int = 16


class Link(ByCitizen):
    title: str
    description: str = ""
    url: str


class Consent(ByCitizen):
    """What the citizen taps in the dialogue that asks for notices. always: "总是保持以上选择"."""

    template_id: str
    answer: Literal["accept", "reject", "always"]


class Block(ByCitizen):
    on: bool


class Recall(ByCitizen):
    """`id`: of the line in the chat."""

    id: int


class LoginCode(BaseModel):
    code: str


class Anything(ByCitizen):
    """A push with any fields, such as a type nobody has heard of."""

    fields: dict[str, str | int | float]


class Result(BaseModel):
    """`held`: waits to be released. `media_id`: of what was sent, if it was a file."""

    msg_id: str
    attempts: int
    accepted: bool
    held: bool = False
    media_id: str = ""


class Chat(BaseModel):
    """`left`: how many replies the account may still send, until `ends_at`
    as real clocks show it. `menu`: the buttons below the chat."""

    account: str
    messages: list[Shown]
    typing: bool
    subscribed: bool
    left: int
    ends_at: float | None
    menu: list[dict[str, Any]]


def account_in(state: State, key: str) -> Account:
    if key not in state.accounts:
        raise HTTPException(404, f"no account {key}; there are {', '.join(state.accounts)}")
    return state.accounts[key]


def build_router(state: State, pusher: Pusher) -> APIRouter:
    router = APIRouter(prefix="/_citizen")

    def who(body: ByCitizen) -> tuple[Account, Citizen]:
        account = account_in(state, body.account)
        return account, account.citizen(body.openid)

    async def push(account: Account, citizen: Citizen, fields: Fields) -> Result:
        msg_id = state.next_message_id()
        return result(await pusher.push(account, citizen, {**fields, "MsgId": msg_id}, str(msg_id)))

    @router.post("/send")
    async def send(body: Say) -> Result:
        account, citizen = who(body)
        msg_id = int(body.msg_id) if body.msg_id else state.next_message_id()
        fields: Fields = {"MsgType": "text", "Content": body.text, "MsgId": msg_id}
        if body.menu_id:
            fields["bizmsgmenuid"] = body.menu_id
        if not body.msg_id:
            account.show(citizen, "citizen", body.text)
            doing.wrote(account, citizen, tapped=bool(body.menu_id))
        return result(await pusher.push(account, citizen, fields, str(msg_id)))

    @router.post("/event")
    async def event(body: Do) -> Result:
        account, citizen = who(body)
        doing.happened(account, citizen, body.event, body.event_key)
        fields = doing.event_fields(body.event, body.event_key, body.fields)
        return result(await pusher.push(account, citizen, fields))

    @router.post("/media")
    async def send_media(
        request: Request,
        openid: Annotated[OpenId, Query()],
        kind: Annotated[str, Query(pattern="^(image|voice|video|shortvideo|file)$")],
        account: str = OFFICIAL,
        name: str = "",
        recognition: str | None = None,
    ) -> Result:
        """A picture, voice, video or file: the body is the file itself."""
        data = await request.body()
        playing = account_in(state, account)
        citizen = playing.citizen(openid)
        kept = playing.media.add(kind, data, state.clock(), name)
        shown = {"url": f"_media/{kept.id}", "name": name, "bytes": len(data)}
        label = doing.LABELS.get(kind, f"[文件] {name}")
        playing.show(citizen, "citizen", label, kind=kind, data=shown)
        doing.wrote(playing, citizen)
        base = str(request.base_url).rstrip("/")
        fields = (
            doing.file_fields(name, data)
            if kind == "file"
            else doing.media_fields(playing, kept, base=base, recognition=recognition)
        )
        pushed = await push(playing, citizen, fields)
        return pushed.model_copy(update={"media_id": kept.id})

    @router.post("/location")
    async def location(body: Where) -> Result:
        account, citizen = who(body)
        data = {"latitude": body.latitude, "longitude": body.longitude, "label": body.label}
        account.show(citizen, "citizen", f"[位置] {body.label}", kind="location", data=data)
        doing.wrote(account, citizen)
        fields: Fields = {
            "MsgType": "location",
            "Location_X": body.latitude,
            "Location_Y": body.longitude,
            "Scale": body.scale,
            "Label": body.label,
        }
        return await push(account, citizen, fields)

    @router.post("/link")
    async def link(body: Link) -> Result:
        account, citizen = who(body)
        data = body.model_dump(include={"title", "description", "url"})
        account.show(citizen, "citizen", f"[链接] {body.title}", kind="link", data=data)
        doing.wrote(account, citizen)
        fields: Fields = {
            "MsgType": "link",
            "Title": body.title,
            "Description": body.description,
            "Url": body.url,
        }
        return await push(account, citizen, fields)

    @router.post("/login")
    async def login(body: ByCitizen) -> LoginCode:
        """What wx.login gives the mini-program."""
        account, citizen = who(body)
        app_id = account.settings.app_id
        return LoginCode(code=state.codes.give(app_id, citizen.openid, "login", state.clock()))

    @router.post("/consent")
    async def consent(body: Consent) -> Result:
        """The citizen is asked for notices; the product is told the answer."""
        account, citizen = who(body)
        template = account.templates.get(body.template_id)
        if template is None:
            raise HTTPException(404, "no such template")
        doing.consented(citizen, template, body.answer)
        item: Fields = {
            "TemplateId": template.id,
            "SubscribeStatusString": "reject" if body.answer == "reject" else "accept",
            "PopupScene": 1,
        }
        fields: Fields = {"MsgType": "event", "Event": "subscribe_msg_popup_event"}
        fields |= listed(account, "SubscribeMsgPopupEvent", [item])
        return result(await pusher.push(account, citizen, fields))

    @router.put("/block")
    async def block(body: Block) -> Block:
        """Whether the citizen takes no notices of the account at all. The product is told nothing."""
        who(body)[1].blocks = body.on
        return body

    @router.post("/recall")
    async def recall(body: Recall) -> dict[str, bool]:
        """The line is gone from the phone. WeChat has no event for it: the product is told nothing."""
        account, citizen = who(body)
        mine = [line for line in citizen.shown if line.id == body.id and line.sender == "citizen"]
        if not mine:
            raise HTTPException(404, "no such line of the citizen")
        citizen.shown.remove(mine[0])
        account.show(citizen, "wechat", "你撤回了一条消息")
        return {"ok": True}

    @router.post("/push")
    async def anything(body: Anything) -> Result:
        account, citizen = who(body)
        doing.wrote(account, citizen)
        return await push(account, citizen, {**body.fields})

    @router.get("/{openid}/messages")
    async def messages(
        openid: Annotated[OpenId, Path()], after: int = 0, account: str = OFFICIAL
    ) -> Chat:
        playing, now = account_in(state, account), state.clock()
        citizen = playing.citizen(openid)
        ends = citizen.quota.ends(now)
        return Chat(
            account=playing.settings.name,
            messages=[line for line in citizen.shown if line.id > after],
            typing=citizen.typing_until > now,
            subscribed=citizen.subscribed,
            left=citizen.quota.left(now),
            ends_at=ends and ends - state.clock.offset,
            menu=playing.menu["button"] if playing.menu is not None else [],
        )

    return router


def result(pushed: Pushed) -> Result:
    return Result(
        msg_id=pushed.msg_id,
        attempts=pushed.attempts,
        accepted=pushed.accepted,
        held=pushed.held,
    )
