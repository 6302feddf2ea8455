"""Inboxes, businesses and statutory days over HTTP, and what the next citizen notices of them."""

from __future__ import annotations

from typing import Any

from core.auth.permissions import Role
from tests.integration.app.site import Site, on_sqlite


async def call(site: Site, token: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
    headers = {"authorization": f"Bearer {token}"}
    answer = await site.http.request(method, f"/api/v1{path}", headers=headers, **body)
    return answer.status_code, answer.json()


async def boss(site: Site) -> str:
    await site.add_account("zhao", Role.SUPERVISOR)
    return await site.log_in("zhao")


@on_sqlite
async def test_a_new_website_has_its_own_greeting_and_can_be_switched_off(site: Site) -> None:
    token = await boss(site)
    greeting = {"text": "您好，这里是提取专区。", "choices": ["租房提取要什么材料"]}
    wanted = {"id": "tiqu", "name": "提取专区", "greeting": greeting}
    status, made = await call(site, token, "POST", "/inboxes", json=wanted)
    assert (status, made["channel"], made["greeting"]) == (201, "web", greeting)
    status, error = await call(site, token, "POST", "/inboxes", json=wanted)
    assert (status, error["error"]["details"]["field"]) == (409, "id")
    async with site.visitor(inbox="tiqu") as citizen:
        assert citizen.session["welcome"][0]["text"] == greeting["text"]
    _, changed = await call(site, token, "PATCH", "/inboxes/tiqu", json={"enabled": False})
    assert (changed["enabled"], changed["greeting"]) == (False, greeting)
    assert (await call(site, token, "PATCH", "/inboxes/nowhere", json={}))[0] == 404
    assert (await call(site, token, "POST", "/inboxes", json=wanted | {"id": "../x"}))[0] == 422
    _, everything = await call(site, token, "GET", "/inboxes")
    assert {"web", "tiqu"} <= {inbox["id"] for inbox in everything}


@on_sqlite
async def test_agents_see_the_businesses_and_only_those_in_charge_change_them(site: Site) -> None:
    token = await boss(site)
    await site.add_account("wang")
    agent = await site.log_in("wang")
    assert "提取" in (await call(site, agent, "GET", "/businesses"))[1]["lines"]
    path, lines = "/desk/settings/businesses", {"lines": ["贷款", " 提取 "]}
    assert (await call(site, agent, "PUT", path, json=lines))[0] == 403
    assert (await call(site, token, "PUT", path, json={"lines": ["贷款", "贷款"]}))[0] == 422
    assert (await call(site, token, "PUT", path, json=lines))[0] == 200
    assert (await call(site, agent, "GET", "/businesses"))[1]["lines"] == ["贷款", "提取"]


@on_sqlite
async def test_statutory_days_are_read_from_a_list_and_then_in_force(site: Site) -> None:
    token = await boss(site)
    text = {"text": "2031-01-01 元旦 放假\n2031-01-04 元旦 上班"}
    status, year = await call(site, token, "POST", "/desk/calendar/read", json=text)
    assert (status, year["off"]) == (200, {"2031-01-01": "元旦"})
    broken = {"text": "2031-02-30 元旦"}
    status, error = await call(site, token, "POST", "/desk/calendar/read", json=broken)
    assert (status, error["error"]["code"]) == (422, "calendar_unreadable")
    _, now = await call(site, token, "GET", "/desk/calendar")
    this_year = now["years"][1]["year"]
    own = {"years": [{"year": this_year, "off": {f"{this_year}-03-02": "示例"}, "makeup": {}}]}
    assert (await call(site, token, "PUT", "/desk/settings/calendar", json=own))[0] == 200
    _, now = await call(site, token, "GET", "/desk/calendar")
    assert now["years"][1] == {
        "year": this_year, "source": "imported", "off": own["years"][0]["off"], "makeup": {}
    }  # fmt: skip


@on_sqlite
async def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unasked(site: Site) -> None:
    token = await boss(site)
    path, headers = "/api/v1/desk/settings/businesses", {"authorization": f"Bearer {token}"}
    seen = (await site.http.get(path, headers=headers)).headers["etag"]
    first = await site.http.put(
        path, json={"lines": ["提取"]}, headers=headers | {"if-match": seen}
    )
    assert first.status_code == 200
    second = await site.http.put(
        path, json={"lines": ["贷款"]}, headers=headers | {"if-match": seen}
    )
    assert (second.status_code, second.json()["error"]["code"]) == (409, "settings_changed")
    again = first.headers["etag"]
    third = await site.http.put(
        path, json={"lines": ["贷款"]}, headers=headers | {"if-match": again}
    )
    assert third.status_code == 200
