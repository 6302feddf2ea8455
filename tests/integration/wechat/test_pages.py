"""The full page from WeChat: whoever opens it is himself, and nothing in an address makes him somebody else."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from channels.tencent.api.sns import Sns
from channels.tencent.pages import full_page as pages
from channels.tencent.pages.full_page import ARRIVAL_COOKIE, STATE_COOKIE, page_url
from channels.web.tokens import VisitorIdentity, VisitorTokens
from channels.wechat.doors import AccountDoors
from core.conversation import repository
from core.conversation.models import Contact, Inbox
from tests.integration.wechat.conftest import INBOX, World

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BASE = "http://product.test"
PAGE = page_url(BASE, INBOX)
WECHAT = {"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}
TOKENS = VisitorTokens("a key")


@pytest.fixture
async def door(world: World) -> World:
    await world.connect(page_login=True, page_inbox="web")
    async with world.uows.write() as uow:
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=uow.clock.now()))
    sns = Sns(http=world.wechat, base_url="http://wechat.test", health=world.tools.health)
    router = pages.build_router(
        uows=world.uows, doors=AccountDoors(uows=world.uows, accounts=world.accounts), sns=sns,
        token_of=lambda inbox, who: TOKENS.issue(VisitorIdentity(inbox, who)), secret="a key",
        public_url=BASE, open_base="http://wechat.test",
    )  # fmt: skip
    world.app.include_router(router)
    return world


class Phone:
    """WeChat's browser of a citizen: his cookies here, and who he is there."""

    def __init__(self, world: World, openid: str) -> None:
        self._world = world
        transport = world.product._transport
        self.http = httpx.AsyncClient(transport=transport, base_url=BASE, headers=WECHAT)
        self.openid = openid

    async def open(self, address: str) -> httpx.Response:
        """Follow where it leads, through WeChat, up to the page."""
        answer = await self.http.get(address)
        while answer.has_redirect_location:
            target = answer.headers["location"]
            if urlsplit(target).path.startswith("/chat/"):
                break
            answer = await self.step(target)
        return answer

    async def step(self, target: str) -> httpx.Response:
        if target.startswith("http://wechat.test"):
            who = {"cookie": f"wechat_user={self.openid}"}
            return await self._world.wechat.get(target, headers=who)
        return await self.http.get(target)

    async def callback(self, address: str) -> str:
        """The address WeChat sends the browser back to."""
        sent = await self.http.get(address)
        back = await self.step(sent.headers["location"])
        return str(back.headers["location"])


def arrival(answer: httpx.Response) -> str | None:
    """Whose token the page will be given: the citizen's id in the web inbox."""
    token = answer.cookies.get(ARRIVAL_COOKIE)
    return TOKENS.read(token, "web").external_id if token else None


async def contact_of(world: World, inbox: str, external: str) -> str:
    async with world.uows.read() as session:
        contact = await repository.contact_by_identity(session, inbox, external)
        assert contact is not None
        return contact.id


async def test_the_page_opens_as_the_citizen_of_the_account(door: World) -> None:
    await door.say("你好")
    phone = Phone(door, "oCitizen")
    answer = await phone.open(f"{PAGE}?to=leave")
    assert answer.headers["location"] == f"{BASE}/chat/web?from=wechat#leave"
    who = arrival(answer)
    assert who is not None
    assert "oCitizen" not in who
    assert await contact_of(door, "web", who) == await contact_of(door, INBOX, "oCitizen")
    token = answer.cookies[ARRIVAL_COOKIE]
    seen = [*(str(each.url) for each in answer.history), answer.headers["location"]]
    assert not [address for address in seen if token in address]
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(ARRIVAL_COOKIE))
    assert "HttpOnly" in cookie
    assert "Path=/chat/web" in cookie
    # Once more: the same citizen, and no contact more; WeChat's fragment does not stay in the address.
    again = await Phone(door, "oCitizen").open(PAGE)
    assert arrival(again) == who
    assert again.headers["location"].endswith("?from=wechat#")
    async with door.uows.read() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 1


async def test_who_has_never_written_is_known_when_he_does(door: World) -> None:
    await door.wechat.post("/_citizen/event", json={"openid": "oNewcomer", "event": "subscribe"})
    who = arrival(await Phone(door, "oNewcomer").open(PAGE))
    assert who is not None
    await door.say("你好", openid="oNewcomer")
    assert await contact_of(door, "web", who) == await contact_of(door, INBOX, "oNewcomer")


async def test_a_friend_who_is_forwarded_any_address_is_himself(door: World) -> None:
    for openid in ("oCitizen", "oFriend"):
        await door.say("你好", openid=openid)
    mine, friend = Phone(door, "oCitizen"), Phone(door, "oFriend")
    callback = await mine.callback(PAGE)
    for address in (PAGE, callback):
        who = arrival(await friend.open(address))
        assert who is not None
        assert await contact_of(door, "web", who) == await contact_of(door, INBOX, "oFriend")
    # The code of the forwarded address was not spent on the friend's behalf.
    assert arrival(await mine.http.get(callback)) is not None


async def test_nobody_is_made_somebody_else_by_an_address_he_is_sent(door: World) -> None:
    """Login CSRF: the attacker's own code, opened on the victim's phone."""
    for openid in ("oAttacker", "oVictim"):
        await door.say("你好", openid=openid)
    attack = await Phone(door, "oAttacker").callback(PAGE)
    victim = Phone(door, "oVictim")
    await victim.http.get(PAGE)  # expects an answer of WeChat's, but not this one
    answer = await victim.http.get(attack)
    assert arrival(answer) is None
    assert answer.headers["location"].startswith(PAGE)


async def test_an_answer_of_wechat_works_once_and_for_ten_minutes(
    door: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.say("你好")
    phone = Phone(door, "oCitizen")
    callback = await phone.callback(PAGE)
    cookie = phone.http.cookies[STATE_COOKIE]
    assert arrival(await phone.http.get(callback)) is not None
    assert STATE_COOKIE not in phone.http.cookies
    phone.http.cookies.set(STATE_COOKIE, cookie)  # kept by whoever replays it
    assert arrival(await phone.http.get(callback)) is None
    late = Phone(door, "oCitizen")
    callback = await late.callback(PAGE)
    later = time.time() + timedelta(minutes=11).total_seconds()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert arrival(await late.http.get(callback)) is None


async def test_outside_wechat_and_without_the_setting_the_plain_page_opens(door: World) -> None:
    plain = f"{BASE}/chat/web?from=wechat"
    elsewhere = await door.product.get(PAGE)
    assert elsewhere.headers["location"] == plain
    assert "set-cookie" not in elsewhere.headers
    await door.connect(page_login=False)
    answer = await Phone(door, "oCitizen").http.get(PAGE)
    assert (answer.headers["location"], arrival(answer)) == (plain, None)


@pytest.mark.parametrize(
    "fault", [{"kind": "html"}, {"kind": "errcode", "errcode": 40029}, {"errcode": -1}]
)
async def test_where_wechat_does_not_answer_the_page_opens_without_a_name(
    door: World, fault: dict[str, object]
) -> None:
    await door.say("你好")
    phone = Phone(door, "oCitizen")
    callback = await phone.callback(PAGE)
    path = {"path": "/sns/oauth2/access_token", "times": 1}
    await door.wechat.post("/_control/faults", json=path | fault)
    answer = await phone.http.get(callback)
    assert answer.headers["location"].startswith(f"{BASE}/chat/web")
    assert arrival(answer) is None


async def test_a_browser_that_keeps_no_cookies_is_not_sent_round_for_ever(door: World) -> None:
    await door.say("你好")
    phone = Phone(door, "oCitizen")
    address = PAGE
    for _ in range(12):
        answer = await phone.step(address)
        phone.http.cookies.clear()
        address = answer.headers["location"]
        if urlsplit(address).path.startswith("/chat/"):
            break
    assert urlsplit(address).path == "/chat/web"
    assert arrival(answer) is None


@pytest.mark.parametrize(
    "query",
    ["to=https://evil.example", "to=%2F%2Fevil.example", "to=leave&again=x", "to=leave%0d%0aX:1"],
)
async def test_nothing_in_the_address_decides_where_anybody_is_sent(
    door: World, query: str
) -> None:
    answer = await Phone(door, "oCitizen").http.get(
        f"{PAGE}?{query}&redirect_uri=https://evil.example"
    )
    assert answer.status_code == 422


async def test_wechat_is_told_our_own_address(door: World) -> None:
    sent = (await Phone(door, "oCitizen").http.get(PAGE)).headers["location"]
    asked = parse_qs(urlsplit(sent).query)
    assert asked["redirect_uri"] == [f"{BASE}/wechat/{INBOX}/entered"]
    assert asked["scope"] == ["snsapi_base"]
    assert asked["state"][0].isalnum()
    assert sent.endswith("#wechat_redirect")


async def test_an_account_that_is_not_there_has_no_page(door: World) -> None:
    answer = await Phone(door, "oCitizen").http.get(page_url(BASE, "nobody"))
    assert answer.status_code == 404
    assert "打不开" in answer.text
