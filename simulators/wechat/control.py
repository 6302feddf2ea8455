"""What tests control and inspect: accounts, people, modes, switches, limits, faults, pushes, the clock."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulators.tencent.envelope import Mode
from simulators.tencent.faults import Fault
from simulators.tencent.pushing import PushOrder
from simulators.wechat.account import Account
from simulators.wechat.citizen import OpenId, Result, account_in, result
from simulators.wechat.push import Pusher
from simulators.wechat.settings import Kind
from simulators.wechat.state import OFFICIAL, State
from simulators.wechat.templates import Kind as TemplateKind
from simulators.wechat.templates import Template


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OfAccount(Strict):
    account: str = OFFICIAL


class Expire(OfAccount):
    """`over`: their time is up (42001) instead of being void (40001)."""

    over: bool = False


class SetMode(OfAccount):
    mode: Mode


class AccountRead(BaseModel):
    """What the account's owner would read in WeChat's console, to connect the product by hand."""

    key: str
    kind: Kind
    name: str
    callback_url: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Mode


class Play(Strict):
    """Settings of an account (see `AccountSettings`); those not given keep what they are, or are the usual ones."""

    key: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    settings: dict[str, Any] = {}


class Switch(OfAccount):
    """`permission`: custom, media, user, menu, template, subscribe, oauth."""

    permission: str
    on: bool


class Limit(OfAccount):
    """How often `path` may be called a day; None: as often as wanted."""

    path: str
    calls: int | None = Field(ge=0)


class Move(Strict):
    seconds: float = Field(ge=0)


class Release(Strict):
    """`shuffle`: the seed of another order."""

    shuffle: int | None = None


class SetTemplate(OfAccount):
    """`content`: with {{thing1.DATA}} for each field."""

    template_id: str
    title: str = "通知"
    content: str
    kind: TemplateKind = "template"


class TemplateRead(BaseModel):
    id: str
    title: str
    kind: TemplateKind


class Introduce(Strict):
    """`openids`: account -> openid, all of one person."""

    name: str = ""
    openids: dict[str, OpenId] = {}
    unionid: str | None = None


class PersonRead(BaseModel):
    name: str
    unionid: str
    openids: dict[str, str]


def build_router(state: State, pusher: Pusher) -> APIRouter:
    router = APIRouter(prefix="/_control")

    @router.get("/state")
    async def inspect(account: str = OFFICIAL) -> dict[str, Any]:
        return {
            "tokens_issued": account_in(state, account).tokens.issued,
            "calls": state.faults.calls,
            "pushes": list(state.post.log),
            "log": list(state.faults.log),
            "held": len(state.post.held),
            "faults": state.faults.ordered,
            "now": state.clock(),
        }

    @router.get("/accounts")
    async def accounts() -> list[AccountRead]:
        return [read(account) for account in state.accounts.values()]

    @router.get("/account")
    async def account(account: str = OFFICIAL) -> AccountRead:
        return read(account_in(state, account))

    @router.put("/accounts")
    async def play(body: Play) -> AccountRead:
        known = state.accounts.get(body.key)
        kind = type(known.settings) if known else state.kind_of(body.settings.get("kind"))
        base = known.settings.model_dump() if known else {}
        return read(state.play(body.key, kind.model_validate(base | body.settings)))

    @router.put("/mode")
    async def set_mode(body: SetMode) -> SetMode:
        """How pushes are sent from now on."""
        account_in(state, body.account).settings.mode = body.mode
        return body

    @router.put("/permissions")
    async def switch(body: Switch) -> list[str]:
        """What the account may not call any more: 48001."""
        off = account_in(state, body.account).switched_off
        (off.discard if body.on else off.add)(body.permission)
        return sorted(off)

    @router.put("/limits")
    async def limit(body: Limit) -> dict[str, int]:
        limits = account_in(state, body.account).limits
        limits.pop(body.path, None)
        if body.calls is not None:
            limits[body.path] = body.calls
        return limits

    @router.post("/faults")
    async def order_fault(fault: Fault) -> dict[str, int]:
        """The next `times` calls of `path` go wrong as said."""
        state.faults.ordered.append(fault)
        return {"ordered": len(state.faults.ordered)}

    @router.delete("/faults")
    async def no_faults() -> dict[str, bool]:
        state.faults.ordered.clear()
        return {"ok": True}

    @router.put("/pushes")
    async def order_pushes(order: PushOrder) -> PushOrder:
        """What happens to the next pushes on their way."""
        state.post.order = order
        return order

    @router.post("/pushes/release")
    async def release(body: Release) -> list[Result]:
        """Send what was held."""
        return [result(pushed) for pushed in await state.post.release(shuffle=body.shuffle)]

    @router.post("/clock")
    async def move_clock(body: Move) -> dict[str, float]:
        """Move the stand-in's clock on: windows close, tokens and media end."""
        return {"now": state.clock.advance(body.seconds)}

    @router.get("/templates")
    async def templates(account: str = OFFICIAL) -> list[TemplateRead]:
        """What the citizen may be asked to agree to."""
        known = account_in(state, account).templates.values()
        return [TemplateRead(id=one.id, title=one.title, kind=one.kind) for one in known]

    @router.put("/templates")
    async def set_template(body: SetTemplate) -> list[str]:
        """A template as the account's owner picks it from WeChat's library."""
        templates = account_in(state, body.account).templates
        templates[body.template_id] = Template(
            body.template_id, body.title, body.content, body.kind
        )
        return list(templates)

    @router.post("/settle")
    async def settle() -> dict[str, bool]:
        """Wait until everything that WeChat tells by itself has been told."""
        await state.settle()
        return {"ok": True}

    @router.post("/expire_tokens")
    async def expire_tokens(body: Expire | None = None) -> dict[str, bool]:
        """All tokens are void, as after a forced refresh elsewhere: calls answer 40001."""
        asked = body or Expire()
        tokens = account_in(state, asked.account).tokens
        if asked.over:
            tokens.expire(state.clock())
        else:
            tokens.void()
        return {"ok": True}

    @router.post("/reset_secret")
    async def reset_secret(body: OfAccount | None = None) -> AccountRead:
        """A new AppSecret, as the account's owner makes it in WeChat's console: all tokens are void."""
        account = account_in(state, (body or OfAccount()).account)
        account.settings.app_secret = type(account.settings)().app_secret
        account.tokens.void()
        return read(account)

    @router.get("/people")
    async def people() -> list[PersonRead]:
        """Everybody, with an openid in each account."""
        for person in state.people.everybody:
            for key in state.accounts:
                state.people.openid(person, key)
        return [person_read(person) for person in state.people.everybody]

    @router.post("/people")
    async def introduce(body: Introduce) -> PersonRead:
        """A person, or more openids for one who is known by one of them or by the unionid."""
        return person_read(state.people.add(body.name, dict(body.openids), body.unionid))

    @router.post("/verify")
    async def verify(body: OfAccount | None = None) -> dict[str, bool]:
        """Check the callback address, as WeChat does when it is saved."""
        if not await pusher.verify(account_in(state, (body or OfAccount()).account)):
            raise HTTPException(502, "the callback address did not echo the text")
        return {"ok": True}

    return router


def read(account: Account) -> AccountRead:
    fields = account.settings.model_dump(include=set(AccountRead.model_fields) - {"key"})
    return AccountRead(key=account.key, **fields)


def person_read(person: Any) -> PersonRead:
    return PersonRead(name=person.name, unionid=person.union_id, openids=dict(person.openids))
