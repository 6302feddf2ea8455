"""What `bangban doctor` says about WeChat's accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from app.wechat_check import NONE, wechat
from channels.tencent.accounts.credentials import Credentials
from channels.tencent.api.client import Tools
from channels.wechat.accounts import Accounts
from core.conversation.models import Inbox
from core.secrets.store import SecretStore
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.tencent.conftest import WeChat, client_of, code, on_sqlite

pytestmark = on_sqlite

PATH = "/cgi-bin/message/custom/send"
KEY = "installation-key"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, secret_key=KEY)


@pytest.fixture
async def account(uow_factory: UnitOfWorkFactory) -> None:
    async with uow_factory.write() as uow:
        await Accounts(store=SecretStore(KEY)).connect(
            uow, inbox_id="wx", name="公积金公众号", app_id="wx12345678", mode="encrypted",
            credentials=Credentials.random(), actor="test",
        )  # fmt: skip


async def test_without_an_account_there_is_nothing_to_say(
    settings: Settings, uow_factory: UnitOfWorkFactory
) -> None:
    assert (await wechat(settings)).found == NONE
    assert (await wechat(Settings(home=settings.home / "new", secret_key=KEY))).found == NONE


@pytest.mark.usefixtures("account")
async def test_it_says_what_wechat_refuses_and_what_to_do(
    settings: Settings, tools: Tools, wechat_api: WeChat
) -> None:
    assert (await wechat(settings)).ok
    wechat_api.script = [code(48001)]
    await client_of(tools).call(PATH, {})
    await tools.health.flush()
    finding = await wechat(settings)
    assert not finding.ok
    assert "公积金公众号" in finding.found
    assert "权限" in finding.advice


@pytest.mark.usefixtures("account")
async def test_an_account_out_of_use_is_not_looked_at(
    settings: Settings, tools: Tools, wechat_api: WeChat, uow_factory: UnitOfWorkFactory
) -> None:
    wechat_api.script = [code(48001)]
    await client_of(tools).call(PATH, {})
    await tools.health.flush()
    async with uow_factory.write() as uow:
        await uow.session.execute(update(Inbox).values(enabled=False))
    assert (await wechat(settings)).ok


@pytest.mark.usefixtures("account")
async def test_secrets_of_another_installation_are_told(settings: Settings) -> None:
    moved = settings.model_copy(update={"secret_key": "another-key"})
    finding = await wechat(moved)
    assert not finding.ok
    assert "密钥" in finding.found
