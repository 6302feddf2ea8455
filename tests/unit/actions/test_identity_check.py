"""The identity check inside a form, with the business system's stand-in: what is asked, told, kept and forgotten."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from actions.identity import proof as proofs
from actions.identity.seal import Seal
from actions.region import RegionNumbers
from actions.tasks import balance, loan_progress, records
from tests.fund import PEOPLE, FundStand
from tests.unit.actions.form_talk import FormTalk, needs_of

NAME, NUMBER = "张示例", PEOPLE["张示例"]


def talk_of(
    fund: FundStand, region: RegionNumbers, task: Any = balance.TASK, **more: Any
) -> FormTalk:
    return FormTalk(task, needs_of(region, fund.gateway, fund.clock.now()), **more)


def later(talk: FormTalk, fund: FundStand, region: RegionNumbers, **time: float) -> None:
    """The clock goes on for the system and for the actions."""
    fund.clock.advance(timedelta(**time))
    talk.needs = needs_of(region, fund.gateway, fund.clock.now())
    talk.__post_init__()


async def passed(
    fund: FundStand, region: RegionNumbers, name: str = NAME, task: Any = balance.TASK
) -> FormTalk:
    talk = talk_of(fund, region, task)
    await talk.begin()
    await talk.say(f"{name} {PEOPLE[name]}")
    await talk.say(await fund.newest_code())
    return talk


async def test_the_citizen_is_told_first_what_it_is_for(
    fund: FundStand, region: RegionNumbers
) -> None:
    text = await talk_of(fund, region).begin("查余额")
    for words in ("核验身份", "只发给公积金中心", "10分钟", "姓名"):
        assert words in text


async def test_name_number_and_code_open_the_own_account(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    assert "身份证号码" in await talk.say("我叫张示例")
    assert talk.said == "我叫[姓名]"
    text = await talk.say(f"身份证号{NUMBER}")
    assert "199****0001" in text
    assert "5分钟内" in text
    assert talk.said == "身份证号[证件号]"
    assert "余额" in await talk.say(f"验证码是{await fund.newest_code()}")
    assert talk.said == "验证码是[验证码]"
    assert not talk.open
    personal = next(p["personal"] for p in talk.heard if "personal" in p)
    assert personal["label"] == "公积金账户余额"


async def test_no_slot_and_no_event_holds_name_number_code_or_token(
    fund: FundStand, region: RegionNumbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[str] = []
    keep = proofs.keep

    def watch(proof: proofs.Proof, seal: Seal, sender: str) -> str:
        tokens.append(proof.token)
        return keep(proof, seal, sender)

    monkeypatch.setattr(proofs, "keep", watch)
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME}，{NUMBER}")
    code = await fund.newest_code()
    await talk.say(code)
    slots = json.dumps([e for e in talk.events if e["event"] == "slot"], ensure_ascii=False)
    assert len(tokens) == 1
    for secret in (NAME, NUMBER, code, tokens[0]):
        assert secret not in slots
    # The form's own slots are empty, the sealed check stays.
    assert talk.slots["identity_number"] is None
    assert talk.slots["identity"]


async def test_a_name_alone_is_kept_until_the_challenge_only(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(NAME)
    assert talk.slots["identity_name"] == NAME
    await talk.say(NUMBER)
    assert talk.slots["identity_name"] == "given"


async def test_a_passed_check_serves_the_next_task_too(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await passed(fund, region)
    after = talk_of(fund, region, loan_progress.TASK, slots=talk.slots)
    text = await after.begin("我的贷款到哪一步了")
    assert "不用再验" in text
    assert "没有查到" in text
    assert not after.open


async def test_a_check_that_is_over_is_asked_again(fund: FundStand, region: RegionNumbers) -> None:
    talk = await passed(fund, region)
    later(talk, fund, region, minutes=10)
    assert "姓名" in await talk.begin()


async def test_the_system_may_end_the_check_earlier(fund: FundStand, region: RegionNumbers) -> None:
    talk = await passed(fund, region)
    await fund.order("refuse", path="/v1/person", code="identity_expired")
    text = await talk.begin()
    assert "已经过期" in text
    assert "姓名" in text
    assert talk.slots["identity"] is None
    await talk.say(f"{NAME} {NUMBER}")
    assert "太频繁" in talk.text or "验证码已发送" in talk.text


async def test_a_sealed_check_opens_in_its_own_conversation_only(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await passed(fund, region)
    for other in ("conversation.1", "another.0"):
        stolen = talk_of(fund, region, slots={"identity": talk.slots["identity"]}, sender=other)
        assert "姓名" in await stolen.begin(), other


async def test_a_challenge_is_of_no_use_in_another_conversation(
    fund: FundStand, region: RegionNumbers
) -> None:
    mine = talk_of(fund, region)
    await mine.begin()
    await mine.say(f"{NAME} {NUMBER}")
    theirs = talk_of(fund, region, sender="another.0")
    await theirs.begin()
    theirs.slots |= {k: mine.slots[k] for k in ("identity_name", "identity_number")}
    theirs.slots["requested_slot"] = "identity_code"
    text = await theirs.say(await fund.newest_code())
    assert "已经失效" in text
    assert not theirs.slots.get("identity")


async def test_a_code_is_used_once_even_if_its_challenge_is_put_back(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    before, code = dict(talk.slots), await fund.newest_code()
    await talk.say(code)
    replayed = talk_of(fund, region, slots=before, open=True)
    text = await replayed.say(code)
    assert "失效" in text
    assert not replayed.slots.get("identity")


@pytest.mark.parametrize(
    "forged", ["", "x", "not base64!", "QUJD" * 20, 17, {"token": "t"}, ["a"], None]
)
async def test_a_forged_check_opens_nothing(
    fund: FundStand, region: RegionNumbers, forged: Any
) -> None:
    talk = talk_of(fund, region, slots={"identity": forged})
    assert "姓名" in await talk.begin()


async def test_somebody_elses_name_with_the_own_number_is_told_nothing(
    fund: FundStand, region: RegionNumbers
) -> None:
    right, wrong = talk_of(fund, region), talk_of(fund, region)
    await right.begin()
    told = await right.say(f"李样本 {PEOPLE['李样本']}")
    await wrong.begin()
    other = await wrong.say(f"李样本 {NUMBER}")
    # The same words, but for the masked phone.
    assert len(told) == len(other)
    assert told[: told.index("199****")] == other[: other.index("199****")]
    text = await wrong.say(await fund.newest_code())
    assert "不正确，或姓名、证件号码与登记信息不一致" in text
    assert not wrong.slots.get("identity")


async def test_another_number_in_the_middle_needs_its_own_code(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    code = await fund.newest_code()
    await talk.say(f"不对，身份证是{PEOPLE['李样本']}")
    assert "姓名" in talk.text
    assert talk.slots["identity_number"] is None
    await talk.say(f"李样本 {PEOPLE['李样本']}")
    text = await talk.say(code)
    assert "不正确" in text
    assert not talk.slots.get("identity")


async def test_wrong_codes_are_counted_and_then_locked(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    code = await fund.newest_code()
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        assert f"还可以再试 {left} 次" in await talk.say(wrong)
        assert talk.open
    text = await talk.say(wrong)
    assert "15 分钟后再试" in text
    assert "转人工" in talk.buttons
    assert not talk.open
    assert talk.said == "[验证码]"
    # The lock holds in a new form and in another conversation.
    another = talk_of(fund, region, sender="another.0")
    await another.begin()
    assert "后再试" in await another.say(f"{NAME} {NUMBER}")
    assert not another.open


async def test_a_code_that_is_too_old_can_be_replaced(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    old = await fund.newest_code()
    later(talk, fund, region, minutes=6)
    assert "重新发送" in await talk.say(old)
    assert "验证码已发送" in await talk.say("重新发送")
    assert "余额" in await talk.say(await fund.newest_code())


async def test_a_new_code_is_sent_when_the_minute_is_over(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    first = await fund.newest_code()
    calls = await fund.calls("/v1/identity/resend")
    assert "请再等" in await talk.say("没收到短信")
    assert await fund.calls("/v1/identity/resend") == calls, "the system was not even asked"
    later(talk, fund, region, seconds=61)
    assert "验证码已发送" in await talk.say("没收到短信")
    assert await fund.newest_code() != first
    assert "不正确" in await talk.say(first)


async def test_a_wrong_check_digit_never_reaches_the_system(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    wrong = NUMBER[:17] + str((int(NUMBER[17]) + 1) % 10)
    text = await talk.say(f"{NAME} {wrong}")
    assert "最后一位" in text
    assert talk.said == "[姓名] [证件号]"
    assert await fund.calls("/v1/identity/start") == 0
    # The name was understood.
    assert "验证码已发送" in await talk.say(NUMBER)


async def test_a_number_without_a_name_is_not_kept_for_later(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    assert "还差姓名" in await talk.say(NUMBER)
    assert NUMBER not in json.dumps(talk.slots)


async def test_all_in_the_opening_sentence(fund: FundStand, region: RegionNumbers) -> None:
    talk = talk_of(fund, region)
    text = await talk.begin(f"帮我查一下余额，我叫{NAME}，身份证{NUMBER}")
    assert "验证码已发送" in text
    assert "核验身份" in text
    assert NUMBER not in (talk.said or NUMBER)


@pytest.mark.parametrize("intent", ["anger", "praise", "affirm", "bye", "complain", "thanks"])
async def test_a_name_is_a_name_whatever_the_classifier_thinks(
    fund: FundStand, region: RegionNumbers, intent: str
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say("高兴", intent, 0.97)
    assert talk.slots["identity_name"] == "高兴"


@pytest.mark.parametrize(
    "intent", ["request_human", "complain", "calculate_loan", "ask_loan", "cancel"]
)
async def test_a_code_is_a_code_whatever_the_classifier_thinks(
    fund: FundStand, region: RegionNumbers, intent: str
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    entities = [{"entity": "amount", "value": 11011000, "start": 0, "end": 6}]
    assert "不正确" in await talk.say("110110", intent, 0.97, entities)
    assert talk.open


@pytest.mark.parametrize("question", ["为什么要身份证", "安全吗"])
async def test_a_question_in_the_middle_is_no_answer(
    fund: FundStand, region: RegionNumbers, question: str
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(question, "ask_privacy", 0.9)
    assert talk.slots.get("identity_name") is None
    assert talk.open


@pytest.mark.parametrize(
    ("path", "step"), [("/v1/identity/start", 0), ("/v1/identity/confirm", 1), ("/v1/person", 2)]
)
@pytest.mark.parametrize("kind", ["down", "nonsense"])
async def test_a_system_that_fails_is_tried_again_later(
    fund: FundStand, region: RegionNumbers, path: str, step: int, kind: str
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    said = [f"{NAME} {NUMBER}", "{code}"]
    for place, text in enumerate(said):
        failing = place == step or (step == 2 and place == 1)
        if failing:
            await fund.order(kind, path=path, times=2)
        answer = await talk.say(text.replace("{code}", await _code(fund, text)))
        if failing:
            assert "业务系统暂时没有响应" in answer
            assert NUMBER not in json.dumps(talk.slots)
            break
    assert "转人工" in talk.buttons or "转人工" in talk.text


async def _code(fund: FundStand, text: str) -> str:
    return await fund.newest_code() if "{code}" in text else ""


async def test_without_a_business_system_there_is_a_way_out(
    region: RegionNumbers, fund: FundStand
) -> None:
    talk = FormTalk(balance.TASK, needs_of(region, None, fund.clock.now()))
    assert "12329" in await talk.begin()
    assert not talk.open


async def test_a_person_without_an_account_is_told_kindly(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = await passed(fund, region, "吴灵活")
    assert "没有查到您在本地的账户" in talk.text
    assert not talk.open


async def test_nothing_personal_is_logged_on_any_way(
    fund: FundStand, region: RegionNumbers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in (None, "down", "nonsense"):
        for path in ("/v1/identity/start", "/v1/identity/confirm", "/v1/person"):
            later_talk = talk_of(fund, region, records.TASK)
            if fault:
                await fund.order(fault, path=path, times=2)
            await later_talk.begin(f"查明细，我叫{NAME}，身份证{NUMBER}")
            code = await fund.newest_code() if "验证码已发送" in later_talk.text else "123456"
            await later_talk.say(code)
            await later_talk.say("最近半年")
            # Codes are a minute apart, the circuit breaker rests, five codes a day.
            fund.clock.advance(timedelta(hours=6))
            logged = "\n".join(
                f"{r.getMessage()} {r.exc_text or ''} {vars(r)}" for r in caplog.records
            )
            for secret in (NAME, NUMBER, code):
                assert secret not in logged
