"""What WeChat refuses of an official account's messages and menus, in errors of their own."""

from __future__ import annotations

import httpx
import pytest

from channels.tencent.accounts.credentials import Credentials
from channels.tencent.errors import ApiFailed, ApiUnsure
from channels.tencent.sending.refusals import REASONS
from channels.wechat.accounts import Account, WeChatConfig
from channels.wechat.api import MENU_REFUSED, WeChatApi, WeChatApis
from channels.wechat.errors import MenuRefused
from core.conversation.ports import DeliveryRefused
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.tencent.conftest import WeChat, code, on_sqlite, tools_of

pytestmark = on_sqlite

MESSAGE = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def api(wechat: WeChat, uow_factory: UnitOfWorkFactory) -> WeChatApi:
    apis = WeChatApis(tools=tools_of(wechat, uow_factory), base_url="http://wechat.test")
    config = WeChatConfig(app_id="wx0001", mode="plain", secrets={})
    credentials = Credentials(token="token", app_secret="the-app-secret")
    return apis.of(Account(inbox_id="wx", config=config, credentials=credentials))


async def test_what_can_never_succeed_is_refused(api: WeChatApi, wechat: WeChat) -> None:
    for number in REASONS:
        wechat.script = [code(number)]
        with pytest.raises(DeliveryRefused) as refused:
            await api.send(MESSAGE)
        assert refused.value.code == str(number)


@pytest.mark.parametrize("number", [-1, 45009, 40164, 99999])
async def test_the_rest_may_be_tried_again(api: WeChatApi, wechat: WeChat, number: int) -> None:
    wechat.script = [code(number)]
    with pytest.raises(ApiFailed) as failed:
        await api.send(MESSAGE)
    assert failed.value.errcode == number
    await api.send(MESSAGE)


async def test_a_message_that_may_have_arrived_says_so(api: WeChatApi, wechat: WeChat) -> None:
    wechat.script = [httpx.ReadTimeout("late")]
    with pytest.raises(ApiUnsure):
        await api.send(MESSAGE)


async def test_a_menu_is_refused_in_words(api: WeChatApi, wechat: WeChat) -> None:
    for number, words in MENU_REFUSED.items():
        wechat.script = [code(number)]
        with pytest.raises(MenuRefused) as refused:
            await api.create_menu({})
        assert refused.value.message == words
