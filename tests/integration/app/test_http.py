"""HTTP at its edges: login and its limits, cookies, foreign sites, one error envelope whatever goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.auth.permissions import Role
from core.clock import FixedClock
from core.ids import new_id
from core.settings import Settings
from handoff.desk.reading import DeskReader
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.site import PASSWORD, Site, running

# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def timed(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot, clock: FixedClock
) -> AsyncIterator[Site]:
    """A server whose clock stands still."""
    async with running(settings, builder, bot=bot, clock=clock) as site:
        yield site


async def _try(site: Site, login: str, password: str = "wrong password") -> httpx.Response:
    body = {"login": login, "password": password}
    return await site.http.post("/api/v1/auth/login", json=body)


def _error(answer: httpx.Response) -> dict[str, Any]:
    """The error object, after a look at the envelope."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert "Traceback" not in answer.text
    assert 'File "' not in answer.text
    error: dict[str, Any] = body["error"]
    return error


# ---- login ---------------------------------------------------------------------------------------


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    await site.add_account("wang")
    answer = await _try(site, "wang", PASSWORD)
    [cookie] = answer.headers.get_list("set-cookie")
    name, *flags = cookie.lower().split("; ")
    assert name.startswith("bangban_session=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(flags)
    assert "max-age=43200" in flags
    assert "secure" not in flags, "http on loopback: the browser would drop it"
    assert PASSWORD not in answer.text
    assert answer.json()["account"]["role"] == "agent"

    behind_tls = await site.http.post(
        "/api/v1/auth/login", json={"login": "wang", "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )  # fmt: skip
    assert "secure" in behind_tls.headers["set-cookie"].lower().split("; ")


async def test_cookie_and_token_each_open_the_session_until_logout(site: Site) -> None:
    await site.add_account("wang")
    token = (await _try(site, "wang", PASSWORD)).json()["token"]
    bearer = {"authorization": f"Bearer {token}"}
    assert (await site.http.get("/api/v1/auth/me")).json()["login"] == "wang"
    site.http.cookies.clear()
    assert (await site.http.get("/api/v1/auth/me")).status_code == 401
    assert (await site.http.get("/api/v1/auth/me", headers=bearer)).status_code == 200
    assert (await site.http.post("/api/v1/auth/logout", headers=bearer)).status_code == 200
    assert (await site.http.get("/api/v1/auth/me", headers=bearer)).status_code == 401


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(site: Site) -> None:
    await site.add_account("wang")
    wrong, unknown = await _try(site, "wang"), await _try(site, "nobody")
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert _error(wrong)["code"] == "login_failed"


async def test_guessing_a_password_is_throttled_and_let_go_after_a_while(
    timed: Site, clock: FixedClock
) -> None:
    await timed.add_account("wang")
    for _ in range(10):
        assert _error(await _try(timed, "wang"))["code"] == "login_failed"
    for password in ("wrong password", PASSWORD):
        blocked = await _try(timed, "WANG" if password != PASSWORD else "wang", password)
        assert blocked.status_code == 429
        assert _error(blocked)["code"] == "too_many_requests"
        assert 0 < int(blocked.headers["retry-after"]) <= 15 * 60 + 1
    await timed.add_account("li")
    assert (await _try(timed, "li", PASSWORD)).status_code == 200, "others may still log in"
    clock.advance(timedelta(minutes=15))
    assert (await _try(timed, "wang", PASSWORD)).status_code == 200


async def test_many_logins_from_one_address_are_throttled(timed: Site) -> None:
    # Past ten of one login no password is looked at any more; each try counts for the address.
    answers = [await _try(timed, "wang") for _ in range(60)]
    assert {_error(a)["code"] for a in answers[10:]} == {"too_many_requests"}
    await timed.add_account("li")
    assert _error(await _try(timed, "li", PASSWORD))["code"] == "too_many_requests"


async def test_a_session_ends_after_its_hours(timed: Site, clock: FixedClock) -> None:
    await timed.add_account("wang")
    bearer = {"authorization": f"Bearer {await timed.log_in('wang')}"}
    clock.advance(timedelta(hours=timed.container.settings.session_hours))
    answer = await timed.http.get("/api/v1/auth/me", headers=bearer)
    assert _error(answer)["code"] == "not_authenticated"


async def test_logins_of_the_wrong_form_are_refused_without_repeating_them(site: Site) -> None:
    secret = "my secret password"
    for body in (
        {}, {"login": "wang"}, {"login": "wang", "password": 1}, {"login": ["wang"], "password": secret},
        {"login": "w" * 65, "password": secret}, {"login": "wang", "password": secret * 50},
        {"login": "wang", "password": secret, "role": "admin"}, [], "wang", None,
    ):  # fmt: skip
        answer = await site.http.post("/api/v1/auth/login", json=body)
        assert (answer.status_code, _error(answer)["code"]) == (422, "invalid_input"), body
        assert secret not in answer.text


# ---- other sites ---------------------------------------------------------------------------------


async def test_a_foreign_site_cannot_use_the_browsers_cookie(site: Site) -> None:
    await site.add_account("zhao", Role.SUPERVISOR)
    cookie = {"cookie": f"bangban_session={await site.log_in('zhao')}"}
    for origin in ("https://evil.example", "null", f"{site.url}.evil.example"):
        foreign = {**cookie, "origin": origin}
        made = await site.http.post("/api/v1/groups", json={"name": "贷款组"}, headers=foreign)
        assert (made.status_code, _error(made)["code"]) == (403, "permission_denied"), origin
        # Another scheme is no bearer token: the cookie is what would count.
        basic = {**foreign, "authorization": "Basic eDp5"}
        made = await site.http.post("/api/v1/groups", json={"name": "贷款组"}, headers=basic)
        assert made.status_code == 403, origin
        out = await site.http.post("/api/v1/auth/logout", headers=foreign)
        assert (out.status_code, _error(out)["code"]) == (403, "permission_denied"), origin
    own = {**cookie, "origin": site.url}
    assert (
        await site.http.post("/api/v1/groups", json={"name": "贷款组"}, headers=own)
    ).status_code == 201
    listed = await site.http.get("/api/v1/groups", headers=cookie)
    assert [group["name"] for group in listed.json()] == ["贷款组"]


async def test_no_answer_lets_other_sites_read_it(site: Site) -> None:
    answer = await site.http.get("/api/v1/auth/me", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


# ---- one envelope --------------------------------------------------------------------------------


async def test_every_error_has_the_same_envelope_and_the_security_headers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.add_account("wang")
    bearer = {"authorization": f"Bearer {await site.log_in('wang')}"}

    async def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of a citizen")

    monkeypatch.setattr(DeskReader, "get", break_down)
    http = site.http
    big = b'{"login": "' + b"a" * (2 * 1024 * 1024) + b'"}'
    answers = [
        (404, "not_found", await http.get("/api/v1/nothing")),
        (404, "not_found", await http.get("/nothing/here")),
        (404, "not_found", await http.get("/api/v1/../../etc/passwd")),
        (404, "not_found", await http.get("/console/assets/../../../../core/settings.py")),
        (404, "not_found", await http.get(f"/api/v1/tickets/{new_id()}", headers=bearer)),
        (405, "method_not_allowed", await http.delete("/api/v1/auth/login")),
        (413, "body_too_large", await http.post("/api/v1/auth/login", content=big)),
        (422, "invalid_input", await http.get("/api/v1/tickets/1", headers=bearer)),
        (422, "invalid_input", await http.get("/api/v1/tickets?limit=0", headers=bearer)),
        (422, "page_unknown", await http.get("/api/v1/tickets?after=x", headers=bearer)),
        (422, "invalid_input", await http.get("/api/v1/conversations?status=lost", headers=bearer)),
        (422, "invalid_input", await http.post("/api/v1/auth/login", content=b"{broken")),
        (422, "invalid_input", await http.post("/api/v1/auth/login", content=b"\xff\xfe\x00")),
        (500, "internal", await http.get(f"/api/v1/conversations/{new_id()}", headers=bearer)),
    ]
    for status, code, answer in answers:
        assert (answer.status_code, _error(answer)["code"]) == (status, code), answer.request.url
        assert "secret of a citizen" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff", answer.request.url
        assert "content-security-policy" in answer.headers, answer.request.url
    assert "POST" in answers[5][2].headers["allow"]


async def test_a_body_without_a_declared_length_is_cut_off_at_the_limit(site: Site) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 64 * 1024
            yield b"a" * 64 * 1024

    answer = await site.http.post("/api/v1/auth/login", content=endless())
    assert (answer.status_code, _error(answer)["code"]) == (413, "body_too_large")


async def test_deeply_nested_json_is_refused(site: Site) -> None:
    nested = b"[" * 100_000 + b"]" * 100_000
    answer = await site.http.post(
        "/api/v1/auth/login", content=nested, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, _error(answer)["code"]) == (400, "invalid_input")


# ---- health --------------------------------------------------------------------------------------


async def test_ready_says_which_part_is_missing(site: Site, bot: ScriptedBot) -> None:
    ready = await site.http.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    bot.down = True
    degraded = await site.http.get("/readyz")
    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    assert degraded.json()["parts"] == {"database": "ok", "index": "ok", "rasa": "down"}


async def test_metrics_count_without_naming_anybody(site: Site) -> None:
    async with site.visitor() as citizen:
        await citizen.say("我叫张三，电话13800000000")
        await citizen.call("request_handoff")
        text = (await site.http.get("/metrics")).text
    assert "bangban_conversations_queued 1.0" in text
    assert "张三" not in text
    assert "13800000000" not in text
