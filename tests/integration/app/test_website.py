"""A website with the widget: what its button is told, logos, and its own logins."""

from __future__ import annotations

import io
from typing import Any

import httpx
import jwt
from PIL import Image
from sqlalchemy import select

from core.auth.permissions import Role
from core.conversation.models import Contact, ContactIdentity
from core.secrets.models import InboxSecret
from tests.integration.app.clients import SocketClient, VisitorClient, refusal_of
from tests.integration.app.site import Site, on_sqlite

pytestmark = on_sqlite
SETTINGS = "/api/v1/desk/settings/widget"
SECRET = "/api/v1/inboxes/web/identity-secret"


async def bearer(site: Site, login: str, role: Role) -> dict[str, str]:
    await site.add_account(login, role)
    return {"authorization": f"Bearer {await site.log_in(login)}"}


async def secret_of(site: Site) -> str:
    answer = await site.http.post(SECRET, headers=await bearer(site, "chief", Role.ADMIN))
    assert answer.status_code == 201, answer.text
    secret: str = answer.json()["secret"]
    return secret


class LoggedIn(VisitorClient):
    """A citizen's tab on a website where they are logged in."""

    def __init__(
        self, site: Site, secret: str, sub: str = "u-1", name: str = "", **claims: Any
    ) -> None:
        exp = int(site.container.uows.clock.now().timestamp()) + 300
        token = jwt.encode({"sub": sub, "name": name, "exp": exp} | claims, secret, "HS256")
        auth = {"inbox": "web", "identity": {"jwt": token}}
        SocketClient.__init__(self, site.url, "/visitor", auth)
        self.token, self.session = "", {}


async def test_the_button_is_told_its_inboxs_settings_and_asks_in_vain_for_what_it_has(
    site: Site,
) -> None:
    editor = await bearer(site, "editor", Role.SUPERVISOR)
    wanted = {"default": {"colour": "#7a1f1f", "entries": [{"label": "租房提取", "ask": "租房怎么提取"}]},
              "inboxes": {"web": {"colour": "#1b5e20", "side": "left"}}}  # fmt: skip
    saved = await site.http.put(SETTINGS, json=wanted, headers=editor)
    assert saved.status_code == 200, saved.text
    told = await site.http.get("/api/v1/widget/web", headers={"origin": "https://portal.example"})
    assert (told.json()["colour"], told.json()["side"]) == ("#1b5e20", "left")
    assert told.headers["access-control-allow-origin"] == "*"
    assert "max-age=60" in told.headers["cache-control"]
    again = await site.http.get(
        "/api/v1/widget/web", headers={"if-none-match": f"W/{told.headers['etag']}"}
    )
    assert (again.status_code, again.content) == (304, b"")
    async with site.visitor() as visitor:
        assert visitor.session["widget"]["colour"] == "#1b5e20"


async def test_settings_nobody_could_use_are_refused_with_the_reason(site: Site) -> None:
    editor = await bearer(site, "editor", Role.SUPERVISOR)
    pale = await site.http.put(SETTINGS, json={"default": {"colour": "#ffcc00"}}, headers=editor)
    assert pale.status_code == 422
    assert "改用" in pale.json()["error"]["message"]
    missing = await site.http.put(SETTINGS, json={"inboxes": {"nowhere": {}}}, headers=editor)
    assert missing.json()["error"]["details"]["field"] == "inboxes"


async def test_there_is_no_widget_where_there_is_no_website(site: Site) -> None:
    for inbox in ("nowhere", "gjj", "WEB", "a" * 65, "%00", "..%2faccounts"):
        answer = await site.http.get(f"/api/v1/widget/{inbox}")
        assert answer.status_code in (404, 422), answer.text
        page = await site.http.get(f"/chat/{inbox}")
        assert page.status_code == 404
        assert "Traceback" not in page.text


async def test_the_full_page_carries_the_settings_and_nothing_a_link_puts_into_it(
    site: Site,
) -> None:
    attack = '"><script>alert(1)</script>'
    page = await site.http.get("/chat/web", params={"from": attack, "lang": "en", "large": "1"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "data-large" in page.text
    assert '<html lang="en">' in page.text
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_a_logo_is_made_small_and_shown_to_everybody(site: Site) -> None:
    editor = await bearer(site, "editor", Role.SUPERVISOR)
    out = io.BytesIO()
    Image.new("RGBA", (900, 300), (20, 87, 158, 128)).save(out, "PNG")

    async def upload(data: bytes, name: str = "logo.png") -> httpx.Response:
        return await site.http.post(
            "/api/v1/widget-logos", files={"file": (name, data)}, headers=editor
        )

    made = await upload(out.getvalue())
    address = made.json()["address"]
    assert (await upload(out.getvalue())).json()["address"] == address
    shown = await site.http.get(address)
    assert shown.headers["content-type"] == "image/png"
    assert "immutable" in shown.headers["cache-control"]
    assert max(Image.open(io.BytesIO(shown.content)).size) == 160
    look = {"default": {"logo": address}}
    assert (await site.http.put(SETTINGS, json=look, headers=editor)).status_code == 200
    for lie in (b"<svg onload='alert(1)'/>", b"MZ" + b"\0" * 100, out.getvalue()[:60]):
        refused = await upload(lie)
        assert refused.status_code == 422, refused.text
    assert (await site.http.get(f"/api/v1/widget-logos/{'0' * 64}.png")).status_code == 404
    stranger = await site.http.post(
        "/api/v1/widget-logos", files={"file": ("a.png", out.getvalue())}
    )
    assert stranger.status_code == 401


async def test_a_login_finds_its_conversation_on_every_device_under_its_own_name(
    site: Site,
) -> None:
    secret = await secret_of(site)
    async with LoggedIn(site, secret, name="王小明") as phone:
        await phone.say("你好")
    async with LoggedIn(site, secret, name="王小明") as computer:
        assert computer.session["contact"] == phone.session["contact"]
        assert computer.session["conversation"]["id"]
    async with LoggedIn(site, secret, sub="u-2") as other:
        assert other.session["contact"] != phone.session["contact"]
        assert other.session["conversation"] is None
    async with site.container.uows.read() as session:
        query = select(Contact).join(ContactIdentity, ContactIdentity.contact_id == Contact.id)
        contact = await session.scalar(query.where(ContactIdentity.external_id == "login:u-1"))
    assert contact is not None
    assert contact.name == "王小明"


async def test_two_windows_of_somebody_new_at_once_are_one_contact(site: Site) -> None:
    secret = await secret_of(site)
    async with LoggedIn(site, secret) as one, LoggedIn(site, secret) as other:
        assert one.session["contact"] == other.session["contact"]


async def test_who_was_there_before_the_login_stays_somebody_else(site: Site) -> None:
    secret = await secret_of(site)
    async with site.visitor() as stranger:
        await stranger.say("登录之前")
    async with LoggedIn(site, secret) as citizen:
        assert citizen.session["contact"] != stranger.session["contact"]
        assert citizen.session["conversation"] is None
    async with site.visitor(stranger.token) as back:
        assert back.session["conversation"] is not None


async def test_a_window_that_stays_open_needs_no_new_login_until_the_secret_changes(
    site: Site,
) -> None:
    chief = await bearer(site, "boss", Role.ADMIN)
    secret = await secret_of(site)
    async with LoggedIn(site, secret) as citizen:
        pass
    async with site.visitor(citizen.token) as again:
        assert again.session["contact"] == citizen.session["contact"]
    assert (await site.http.delete(SECRET, headers=chief)).status_code == 204
    assert (await refusal_of(site.visitor(citizen.token)))["code"] == "token_invalid"
    assert (await refusal_of(LoggedIn(site, secret)))["code"] == "identity_not_set_up"


async def test_a_login_that_is_not_in_order_is_refused_with_its_reason(site: Site) -> None:
    secret = await secret_of(site)

    async def refusal(secret: str = secret, **claims: Any) -> str:
        return str((await refusal_of(LoggedIn(site, secret, **claims)))["code"])

    assert await refusal(exp=1) == "identity_expired"
    assert await refusal(exp=4_000_000_000) == "identity_too_long_lived"
    assert await refusal(sub="") == "identity_invalid"
    assert await refusal(secret[::-1]) == "identity_invalid"


async def test_the_secret_is_told_once_and_kept_sealed(site: Site) -> None:
    secret = await secret_of(site)
    viewer = await bearer(site, "viewer", Role.SUPERVISOR)
    about = (await site.http.get(SECRET, headers=viewer)).json()
    assert about["secret"] is None
    assert about["since"]
    assert (await site.http.post(SECRET, headers=viewer)).status_code == 403
    async with site.container.uows.read() as session:
        rows = (await session.scalars(select(InboxSecret.sealed))).all()
    assert rows
    assert all(secret not in row for row in rows)
