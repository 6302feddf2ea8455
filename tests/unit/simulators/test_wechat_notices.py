"""Template and subscription notices of the WeChat stand-in: fields, consents, the events that follow."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from simulators.wechat.errors import Refused
from simulators.wechat.templates import Template
from tests.wechat import OPENID, WeChat

TEMPLATE, ONCE, LONG = "tpl-template", "tpl-once", "tpl-long"
DATA = {"thing1": {"value": "您的留言有回复"}, "time2": {"value": "2026年11月23日 09:30"}}


@pytest.fixture(autouse=True)
async def templates(wechat: WeChat) -> None:
    for account in ("wechat", "miniprogram"):
        for template_id, kind in ((TEMPLATE, "template"), (ONCE, "once"), (LONG, "long")):
            body = {"template_id": template_id, "kind": kind, "account": account}
            content = "回复：{{thing1.DATA}}\n时间：{{time2.DATA}}"
            await wechat.control("/_control/templates", body | {"content": content}, "PUT")


async def notify(wechat: WeChat, path: str, template_id: str, **change: Any) -> dict[str, Any]:
    body = {"touser": OPENID, "template_id": template_id, "data": DATA, **change}
    answer = await wechat.call(f"/cgi-bin/message/{path}", body)
    await wechat.control("/_control/settle")
    return answer


async def consent(wechat: WeChat, template_id: str, answer: str = "accept") -> None:
    body = {"openid": OPENID, "template_id": template_id, "answer": answer}
    await wechat.control("/_citizen/consent", body | {"account": wechat.account})


def last_push(wechat: WeChat) -> ElementTree.Element:
    return ElementTree.fromstring(wechat.product.pushes[-1].content.decode())


async def test_a_template_message_needs_no_window_and_its_arrival_is_told(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    await wechat.wait(3 * 24 * 3600)
    answer = await notify(wechat, "template/send", TEMPLATE, url="https://a.example")
    assert answer["errcode"] == 0
    assert await wechat.shown() == [("account", "回复：您的留言有回复\n时间：2026年11月23日 09:30")]
    event = last_push(wechat)
    assert event.findtext("Event") == "TEMPLATESENDJOBFINISH"
    assert (event.findtext("MsgID"), event.findtext("Status")) == (str(answer["msgid"]), "success")


async def test_a_template_message_to_who_left_or_refused(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    await consent(wechat, TEMPLATE, "reject")
    assert (await notify(wechat, "template/send", TEMPLATE))["errcode"] == 43101
    await wechat.do("unsubscribe")
    assert (await notify(wechat, "template/send", TEMPLATE))["errcode"] == 43004


async def test_who_blocks_the_account_is_found_out_only_afterwards(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    await wechat.control("/_citizen/block", {"openid": OPENID, "on": True}, "PUT")
    assert (await notify(wechat, "template/send", TEMPLATE))["errcode"] == 0
    assert last_push(wechat).findtext("Status") == "failed:user block"
    assert await wechat.shown() == []


async def test_the_same_client_msg_id_is_sent_once_within_ten_minutes(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    answers = [
        await notify(wechat, "template/send", TEMPLATE, client_msg_id="m-1") for _ in range(2)
    ]
    assert answers[0]["msgid"] == answers[1]["msgid"]
    await wechat.wait(600)
    await notify(wechat, "template/send", TEMPLATE, client_msg_id="m-1")
    assert len(await wechat.shown()) == 2


async def test_one_consent_is_one_notice(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    assert (await notify(wechat, "subscribe/bizsend", ONCE))["errcode"] == 43101
    await consent(wechat, ONCE)
    popup = last_push(wechat).find("SubscribeMsgPopupEvent/List")
    assert popup is not None
    assert (popup.findtext("TemplateId"), popup.findtext("SubscribeStatusString")) == (
        ONCE,
        "accept",
    )
    assert (await notify(wechat, "subscribe/bizsend", ONCE))["errcode"] == 0
    sent = last_push(wechat).find("SubscribeMsgSentEvent/List")
    assert sent is not None
    assert (sent.findtext("TemplateId"), sent.findtext("ErrorStatus")) == (ONCE, "success")
    assert (await notify(wechat, "subscribe/bizsend", ONCE))["errcode"] == 43101


async def test_a_consent_for_the_long_term_is_not_used_up(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    await consent(wechat, LONG)
    codes = [(await notify(wechat, "subscribe/bizsend", LONG))["errcode"] for _ in range(3)]
    await consent(wechat, LONG, "reject")
    codes.append((await notify(wechat, "subscribe/bizsend", LONG))["errcode"])
    assert codes == [0, 0, 0, 43101]


async def test_a_mini_program_has_its_own_address_and_hears_in_json(mini: WeChat) -> None:
    await mini.say()
    await consent(mini, ONCE)
    popup = json.loads(mini.product.pushes[-1].content)
    assert popup["List"]["SubscribeStatusString"] == "accept"
    outside = await notify(mini, "subscribe/send", ONCE, page="https://a.example")
    assert outside["errcode"] == 41030
    assert (await notify(mini, "subscribe/send", ONCE, page="pages/chat/chat"))["errcode"] == 0
    assert json.loads(mini.product.pushes[-1].content)["Event"] == "subscribe_msg_sent_event"
    assert (await notify(mini, "template/send", TEMPLATE))["errcode"] == 48001
    assert (await notify(mini, "subscribe/bizsend", ONCE))["errcode"] == 48001


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"touser": "o-nobody"}, 40003),
        ({"template_id": "made-up"}, 40037),
        ({"template_id": ONCE}, 40037),
        ({"data": {}}, 47003),
        ({"data": DATA | {"thing1": {"value": "字" * 21}}}, 47003),
        ({"data": DATA | {"thing1": {"value": ""}}}, 47003),
        ({"data": DATA | {"time2": {"value": "明天"}}}, 47003),
        ({"data": DATA | {"more": {"value": "x"}}}, 0),
    ],
)
async def test_what_a_template_does_not_take(
    wechat: WeChat, change: dict[str, Any], code: int
) -> None:
    await wechat.do("subscribe")
    answer = await notify(wechat, "template/send", **{"template_id": TEMPLATE, **change})
    assert answer["errcode"] == code


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", "二十个字以内", "字" * 21),
        ("phrase2", "处理中", "已处理ok"),
        ("phrase2", "配送中", "六个汉字以上"),
        ("character_string3", "WO-2026-001", "工单1"),
        ("number4", "12.5", "12元"),
        ("amount5", "¥1500.00元", "一千"),
        ("time6", "09:30~2026年11月23日 10:00", "上午九点"),
        ("date7", "2026-11-23", "09:30"),
        ("name8", "张示例", "欧阳" * 6),
        ("name8", "Zhang San", "a" * 21),
        ("phone_number9", "+86-0766-66888866", "电话"),
        ("letter1", "ABC", "A1"),
        ("symbol1", "!?", "abc"),
    ],
)
def test_each_kind_of_field_has_its_rule(field: str, good: str, bad: str) -> None:
    template = Template("t", "题", f"甲：{{{{{field}.DATA}}}}", "once")
    assert template.filled({field: {"value": good}}) == f"甲：{good}"
    with pytest.raises(Refused) as refused:
        template.filled({field: {"value": bad}})
    assert (refused.value.code, refused.value.detail) == (47003, f"data.{field}.value invalid")
