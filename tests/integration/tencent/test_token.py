"""The access token: one fetch for all servers, renewed early, kept through a failed renewal, never in a circle."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from channels.tencent.api.client import ApiClient, Tools
from channels.tencent.api.token_rows import Lease, TokenRows
from channels.tencent.errors import ApiFailed
from channels.tencent.models import ApiToken
from core.clock import FixedClock
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.tencent.conftest import WeChat, client_of, code, tools_of

PATH = "/cgi-bin/message/custom/send"


async def test_many_callers_of_many_servers_share_one_fetch(
    wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    servers = [client_of(tools_of(wechat, uow_factory)) for _ in range(8)]
    await asyncio.gather(*(server.call(PATH, {}) for server in servers for _ in range(5)))
    assert wechat.tokens == 1
    assert wechat.tokens_used() == ["t1"] * 40


async def test_it_is_renewed_before_it_ends(
    client: ApiClient, wechat: WeChat, clock: FixedClock
) -> None:
    await client.call(PATH, {})
    clock.advance(timedelta(seconds=7200 - 241))
    await client.call(PATH, {})
    clock.advance(timedelta(seconds=2))
    await client.call(PATH, {})
    assert wechat.tokens_used() == ["t1", "t1", "t2"]


async def test_a_failed_renewal_falls_back_to_what_is_still_good(
    client: ApiClient, wechat: WeChat, clock: FixedClock
) -> None:
    await client.call(PATH, {})
    clock.advance(timedelta(seconds=7100))
    wechat.token_script = [httpx.ConnectError("down")] * 2
    await client.call(PATH, {})
    clock.advance(timedelta(seconds=101))
    with pytest.raises(ApiFailed):
        await client.call(PATH, {})
    assert wechat.tokens_used() == ["t1", "t1"]


async def test_a_service_that_repeats_its_token_is_not_asked_at_every_call(
    client: ApiClient, wechat: WeChat, clock: FixedClock
) -> None:
    repeated = {"access_token": "t0", "expires_in": 100}
    wechat.token_script = [httpx.Response(200, json=repeated) for _ in range(5)]
    for _ in range(10):
        await client.call(PATH, {})
    assert len(wechat.token_script) == 4


@pytest.mark.parametrize("number", [40001, 40014, 42001])
async def test_a_refused_token_is_fetched_again_once(
    client: ApiClient, wechat: WeChat, number: int
) -> None:
    wechat.script = [code(number)]
    assert await client.call(PATH, {}) == {"errcode": 0}
    assert wechat.tokens_used() == ["t1", "t2"]


async def test_tokens_refused_for_ever_end_after_one_retry(
    client: ApiClient, wechat: WeChat
) -> None:
    wechat.script = [code(40001) for _ in range(10)]
    assert (await client.call(PATH, {}))["errcode"] == 40001
    assert wechat.tokens == 2
    assert wechat.tokens_used() == ["t1", "t2"]


async def test_a_refresh_elsewhere_is_taken_over_without_asking_again(
    wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    here, there = (client_of(tools_of(wechat, uow_factory)) for _ in range(2))
    await here.call(PATH, {})
    await there.check()  # as a refresh that made WeChat forget the first token
    wechat.script = [code(40001)]
    await here.call(PATH, {})
    assert wechat.tokens == 2
    assert wechat.tokens_used() == ["t1", "t1", "t2"]


async def test_many_callers_who_are_refused_the_same_token_fetch_the_next_one_once(
    wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    servers = [client_of(tools_of(wechat, uow_factory)) for _ in range(4)]
    await asyncio.gather(*(server.call(PATH, {}) for server in servers))
    wechat.script = [code(42001) for _ in range(12)]
    await asyncio.gather(*(server.call(PATH, {}) for server in servers for _ in range(3)))
    assert wechat.tokens == 2


async def test_the_failure_of_one_is_told_to_all_who_wait_for_it(
    wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    wechat.token_script = [code(40164) for _ in range(99)]
    servers = [client_of(tools_of(wechat, uow_factory)) for _ in range(8)]
    calls = (server.call(PATH, {}) for server in servers for _ in range(3))
    failures = await asyncio.gather(*calls, return_exceptions=True)
    assert {getattr(failure, "errcode", None) for failure in failures} == {40164}
    assert all("白名单" in getattr(failure, "message", "") for failure in failures)
    assert len(wechat.token_script) == 98


async def test_a_server_that_died_while_fetching_is_not_waited_for_for_ever(
    client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory, clock: FixedClock
) -> None:
    rows = TokenRows(uow_factory, SecretStore("installation-key"))
    assert isinstance(await rows.take("wechat/wx", "any", None), Lease)
    clock.advance(timedelta(seconds=21))
    await client.call(PATH, {})
    assert wechat.tokens == 1


async def test_other_secrets_are_another_token(
    tools: Tools, wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    await client_of(tools).call(PATH, {})
    await client_of(tools, secret="rotated-secret").call(PATH, {})
    await client_of(tools_of(wechat, uow_factory), secret="rotated-secret").call(PATH, {})
    assert wechat.tokens_used() == ["t1", "t2", "t2"]


async def test_the_token_is_sealed_in_the_database(
    client: ApiClient, wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    granted = httpx.Response(200, json={"access_token": "very-secret-token", "expires_in": 7200})
    wechat.token_script = [granted]
    await client.call(PATH, {})
    async with uow_factory.read() as session:
        row = await session.scalar(select(ApiToken))
    assert row is not None
    assert row.sealed
    assert "very-secret-token" not in str(vars(row))


async def test_a_row_sealed_with_another_key_is_fetched_anew(
    tools: Tools, wechat: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    await client_of(tools).call(PATH, {})
    async with uow_factory.write() as uow:
        sealed = SecretStore("another-key").seal("wechat/wx/access_token", "t1")
        await uow.session.execute(update(ApiToken).values(sealed=sealed))
    await client_of(tools_of(wechat, uow_factory)).call(PATH, {})
    assert wechat.tokens_used() == ["t1", "t2"]


NO_TOKENS: list[dict[str, object]] = [
    {},
    {"access_token": None, "expires_in": 7200},
    {"access_token": "", "expires_in": 7200},
    {"access_token": 7, "expires_in": 7200},
    {"access_token": "t", "expires_in": 0},
    {"access_token": "t", "expires_in": -5},
    {"access_token": "t", "expires_in": 10**12},
    {"access_token": "t", "expires_in": "7200"},
    {"access_token": "t"},
    {"errcode": 0},
]


async def test_what_is_no_token_is_not_used_as_one(
    client: ApiClient, wechat: WeChat, clock: FixedClock
) -> None:
    for answer in NO_TOKENS:
        wechat.token_script = [httpx.Response(200, json=answer)]
        with pytest.raises(ApiFailed):
            await client.call(PATH, {})
        assert wechat.token_script == []
        clock.advance(timedelta(seconds=6))
    assert wechat.tokens_used() == []


async def test_an_administrators_check_asks_at_once_whatever_failed_before(
    client: ApiClient, wechat: WeChat
) -> None:
    wechat.token_script = [code(40125)]
    with pytest.raises(ApiFailed):
        await client.call(PATH, {})
    await client.check()
    await client.call(PATH, {})
    assert wechat.tokens_used() == ["t1"]
