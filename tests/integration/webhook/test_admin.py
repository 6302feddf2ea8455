"""Connecting a portal: the secret is shown once, changed without a gap, and the trial says what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.responses import Response

from core.audit import AuditRow
from core.conversation.models import Inbox
from core.secrets.models import InboxSecret
from core.webhooks import signatures
from tests.integration.webhook.conftest import ADMIN, World, on_sqlite
from tests.integration.webhook.portal import INBOX, PATH, Heard, code_of

PING = {"type": "ping"}


async def test_the_secret_is_shown_once_and_stored_sealed(portal: World) -> None:
    secret = portal.sender.secret
    assert len(signatures.key_of(secret)) == 32
    listed = await portal.admin.get(ADMIN)
    (shown,) = listed.json()
    assert shown["address"] == f"https://kf.example.gov.cn{PATH}"
    assert shown["secrets"] == [{"since": "2026-11-23T02:00:00Z", "until": None}]
    async with portal.uows.read() as session:
        inbox = await session.get_one(Inbox, INBOX)
        sealed = [row.sealed for row in await session.scalars(select(InboxSecret))]
        audit = [row.data for row in await session.scalars(select(AuditRow))]
    for text in (listed.text, str(inbox.config), *sealed, str(audit)):
        assert secret not in text
        assert secret.removeprefix("whsec_") not in text


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        {"id": "Portal"}, {"id": ""}, {"id": "a/b"}, {"name": " "}, {"callback_url": "http://portal.example/"},
        {"callback_url": "https://169.254.169.254/"}, {"callback_url": "https://u:p@portal.example/"},
        {"callback_url": "x"}, {"callback_url": "https://p.example/" + "a" * 500}, {"secret": "mine"},
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused(world: World, change: dict[str, str]) -> None:
    body = {"id": "p", "name": "门户", "callback_url": "https://p.example/", **change}
    response = await world.admin.post(ADMIN, json=body)
    assert response.status_code == 422, response.text
    assert (await world.admin.get(ADMIN)).json() == []


@on_sqlite
async def test_an_inbox_that_exists_is_not_taken_over(portal: World) -> None:
    async with portal.uows.write() as uow:
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=uow.clock.now()))
    for taken in (INBOX, "web"):
        response = await portal.admin.post(ADMIN, json={"id": taken, "name": "门户"})
        assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    changed = await portal.admin.patch(f"{ADMIN}/web", json={"name": "x"})
    assert changed.json()["error"]["code"] == "inbox_not_found"


async def test_both_secrets_hold_while_a_portal_changes_over(portal: World) -> None:
    old = portal.sender.secret
    await portal.sender.say("在路上")
    made = (await portal.admin.post(f"{ADMIN}/{INBOX}/secret", json={"keep_hours": 24})).json()
    new = made["secret"]
    assert [each["until"] for each in made["inbox"]["secrets"]] == [None, "2026-11-24T02:00:00Z"]
    await portal.settle()
    (heard,) = portal.receiver.heard
    for secret in (old, new):
        signatures.check(signatures.read_headers(heard.headers), heard.raw, [secret])
        portal.sender.secret = secret
        assert (await portal.sender.post(PING)).status_code == 200
    portal.clock.advance(timedelta(hours=24))
    assert (await portal.sender.post(PING)).status_code == 200
    portal.sender.secret = old
    assert code_of(await portal.sender.post(PING)) == "webhook_signature_invalid"


@on_sqlite
async def test_a_secret_that_became_known_is_withdrawn_at_once(portal: World) -> None:
    first = portal.sender.secret
    second = (await portal.admin.post(f"{ADMIN}/{INBOX}/secret", json={})).json()["secret"]
    third = (await portal.admin.post(f"{ADMIN}/{INBOX}/secret", json={"keep_hours": 1})).json()
    accepted = {}
    for name, secret in (("first", first), ("second", second), ("third", third["secret"])):
        portal.sender.secret = secret
        accepted[name] = (await portal.sender.post(PING)).status_code
    assert accepted == {"first": 401, "second": 200, "third": 200}, "at most two hold"
    left = await portal.admin.delete(f"{ADMIN}/{INBOX}/secret")
    assert len(left.json()["secrets"]) == 1
    portal.sender.secret = second
    assert (await portal.sender.post(PING)).status_code == 401
    async with portal.uows.read() as session:
        names = set(await session.scalars(select(InboxSecret.name)))
        actions = list(await session.scalars(select(AuditRow.action)))
    assert names == {"webhook/portal/3"}
    assert actions.count("inbox.secret_rotated") == 2
    assert actions.count("inbox.secret_withdrawn") == 1


@on_sqlite
async def test_the_trial_passes_a_portal_that_checks_signatures(portal: World) -> None:
    async def answer(heard: Heard) -> Response:
        try:
            signed = signatures.read_headers(heard.headers)
            signatures.check(signed, heard.raw, [portal.sender.secret])
        except signatures.SignatureInvalid:
            return Response(status_code=401)
        return Response(status_code=204)

    portal.receiver.answer = answer
    result = (await portal.admin.post(f"{ADMIN}/{INBOX}/test")).json()
    assert (result["ok"], result["checks_signature"], result["status"]) == (True, True, 204)
    assert [each["type"] for each in portal.receiver.events()] == ["ping", "ping"]
    assert await portal.deliveries() == []


@on_sqlite
async def test_the_trial_warns_of_a_portal_that_believes_anybody(portal: World) -> None:
    result = (await portal.admin.post(f"{ADMIN}/{INBOX}/test")).json()
    assert (result["ok"], result["checks_signature"]) == (True, False)
    assert "没有核对签名" in result["message"]


@on_sqlite
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (302, "最终地址"),
        (401, "密钥"),
        (404, "路径"),
        (405, "POST"),
        (500, "内部出错"),
        (418, "418"),
    ],
)
async def test_the_trial_says_what_an_answer_means(portal: World, status: int, words: str) -> None:
    portal.receiver.always(status, location="http://169.254.169.254/")
    result = (await portal.admin.post(f"{ADMIN}/{INBOX}/test")).json()
    assert (result["ok"], result["status"]) == (False, status)
    assert words in result["message"]
    assert len(portal.receiver.heard) == 1, "no redirect is followed"


@on_sqlite
async def test_the_trial_says_when_nobody_is_there(portal: World) -> None:
    for url, words in (
        ("http://127.0.0.1:1/", "连接不上"),
        ("https://no-such-name.invalid/", "找不到门户的域名"),
        (portal.receiver.url.replace("http://", "https://"), "握手失败"),
        ("", "没有填写回调地址"),
    ):
        await portal.admin.patch(f"{ADMIN}/{INBOX}", json={"callback_url": url})
        result = (await portal.admin.post(f"{ADMIN}/{INBOX}/test")).json()
        assert result["ok"] is False
        assert words in result["message"], (url, result)


@on_sqlite
@pytest.mark.parametrize("role", ["agent", "editor", "supervisor"])
async def test_only_administrators_may(portal: World, role: str) -> None:
    portal.admin.headers["authorization"] = f"Bearer {role}"
    for method, path in (
        ("GET", ""), ("POST", ""), ("PATCH", f"/{INBOX}"), ("POST", f"/{INBOX}/secret"),
        ("DELETE", f"/{INBOX}/secret"), ("POST", f"/{INBOX}/test"), ("GET", f"/{INBOX}/deliveries"),
        ("POST", f"/{INBOX}/deliveries/retry"),
    ):  # fmt: skip
        assert (await portal.admin.request(method, ADMIN + path)).status_code == 403
