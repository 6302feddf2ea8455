"""What Rasa keeps of a query for personal data, and what it logs: nothing secret. With a real Rasa and real actions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from actions.business.caller import Caller
from actions.business.http import HttpBusinessGateway
from bot.client import RasaBot
from bot.supervision import RasaProcess
from bot.training import rasa_environment, rasa_python
from core.conversation.content import plain_text
from core.settings import ROOT
from tests.fund import KEY, PEOPLE, FundStand, Port, fund_stand
from tests.integration.bot import conftest
from tests.integration.bot.conftest import TOKEN, Conversation

pytestmark = pytest.mark.rasa

NAME, NUMBER = "张示例", PEOPLE["张示例"]
SYSTEM = (
    "start_identity_check", "resend_identity_code", "confirm_identity_check", "end_identity",
    "fund_account", "deposit_records", "loan_applications", "withdrawal_applications",
)  # fmt: skip


@pytest.fixture
async def fund(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FundStand]:
    """The stand-in, asked by the action server over a socket."""
    with Port().served() as port:
        async with fund_stand(port=port) as stand:
            for name in SYSTEM:
                monkeypatch.setattr(conftest.FakeGateway, name, _asked(name, port), raising=False)
            yield stand


def _asked(name: str, port: Port) -> Callable[..., Any]:
    async def call(_: Any, *arguments: Any, **more: Any) -> Any:
        # The action server has its own event loop, and a client belongs to one.
        async with httpx.AsyncClient(trust_env=False) as client:
            gateway = HttpBusinessGateway(Caller(port.base, client, api_key=KEY))
            return await getattr(gateway, name)(*arguments, **more)

    return call


async def tracker_of(rasa: RasaProcess, talk: Conversation) -> str:
    """All Rasa keeps of a conversation."""
    async with httpx.AsyncClient(trust_env=False) as client:
        address = f"{rasa.url.rstrip('/')}/conversations/{talk._id}/tracker"
        found = await client.get(address, params={"token": TOKEN, "include_events": "ALL"})
    found.raise_for_status()
    return json.dumps(found.json(), ensure_ascii=False)


async def test_a_whole_query_leaves_nothing_secret_in_the_tracker_and_the_log(
    rasa: RasaProcess,
    talk: Conversation,
    fund: FundStand,
    log_text: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens: list[str] = []
    account = conftest.FakeGateway.fund_account  # type: ignore[attr-defined]

    async def watched(system: Any, token: str) -> Any:
        tokens.append(token)
        return await account(system, token)

    monkeypatch.setattr(conftest.FakeGateway, "fund_account", watched)
    await talk.say("查一下我的公积金余额")
    reply = await talk.say(f"我叫{NAME}，身份证{NUMBER}")
    assert reply.said == "我叫[姓名]，身份证[证件号]"
    code = await fund.newest_code()
    reply = await talk.say(f"验证码是{code}")
    assert len(tokens) == 1
    (place,) = reply.personal
    shown = plain_text(reply.contents[place])
    amount = shown.split("余额是")[1].split("元")[0]
    kept = await tracker_of(rasa, talk)
    # It is the right tracker, and the dialogue in it.
    assert "balance_form" in kept
    assert "验证码是[验证码]" in kept
    for secret in (NAME, NUMBER, code, amount, *tokens):
        assert secret not in kept
        assert secret not in log_text()


async def test_the_dialogue_goes_on_with_what_is_kept(
    rasa: RasaProcess, talk: Conversation, fund: FundStand
) -> None:
    await talk.say("查一下我的公积金余额")
    await talk.say(f"{NAME} {NUMBER}")
    await talk.say(await fund.newest_code())
    assert "不用再验" in await talk.hear("查公积金缴存明细")
    reply = await talk.say("最近半年")
    assert list(reply.personal) == [0]
    assert "186," not in await talk.hear("再说一遍")
    assert "身份核验已退出" in await talk.hear("退出登录")
    assert "姓名" in await talk.hear("查一下我的公积金余额")


async def test_an_identity_number_said_anywhere_is_not_kept(
    rasa: RasaProcess, talk: Conversation
) -> None:
    await talk.say(f"我身份证是{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}，租房可以提取吗")
    kept = await tracker_of(rasa, talk)
    assert "[证件号]" in kept
    assert NUMBER[6:14] not in kept


async def test_another_session_of_the_same_conversation_begins_anew(
    bot: RasaBot, talk: Conversation, fund: FundStand
) -> None:
    await talk.say("查一下我的公积金余额")
    await talk.say(f"{NAME} {NUMBER}")
    await talk.say(await fund.newest_code())
    after = Conversation(bot)
    after._id = f"{talk._id}.1"
    assert "姓名" in await after.hear("查一下我的公积金余额")


def test_ids_of_the_business_system_stay_whole_beside_a_citizens_number() -> None:
    """Many systems count in eighteen digits; a slot without them could not be booked."""
    slot = {"id": "202611240900301234", "start": "2026-11-24T09:00:00+08:00", "said": NUMBER}
    code = (
        "import json, sys; from bot.components.forgetting import _without_numbers; "
        "print(json.dumps(_without_numbers(json.load(sys.stdin))))"
    )
    done = subprocess.run(
        [rasa_python(ROOT), "-c", code], input=json.dumps(slot), cwd=ROOT, env=rasa_environment(ROOT),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    kept = json.loads(done.stdout)
    assert kept["id"] == slot["id"]
    assert NUMBER not in kept["said"]
