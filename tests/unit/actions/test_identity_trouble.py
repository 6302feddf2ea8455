"""What goes wrong in an identity check: wrong and old codes, wrong numbers, a system that fails, questions between."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

import pytest

from actions.identity import words
from actions.region import RegionNumbers
from actions.tasks import balance, records
from core.clock import LOCAL_ZONE
from tests.fund import FundStand
from tests.unit.actions.form_talk import FormTalk, needs_of
from tests.unit.actions.identity_talk import NAME, NUMBER, later, passed, talk_of


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


async def test_who_begins_again_too_early_is_told_how_long_to_wait_and_stays_in_the_check(
    fund: FundStand, region: RegionNumbers
) -> None:
    first = talk_of(fund, region)
    await first.begin()
    await first.say(f"{NAME} {NUMBER}")
    another = talk_of(fund, region, sender="another.0")
    await another.begin()
    text = await another.say(f"{NAME} {NUMBER}")
    assert "1 分钟后再获取" in text
    assert "没有留下来" in text
    assert another.open
    assert NUMBER not in json.dumps(another.slots)
    later(another, fund, region, seconds=61)
    # The name was understood.
    assert "验证码已发送" in await another.say(NUMBER)


async def test_who_has_had_all_codes_of_the_day_is_not_kept_waiting(
    fund: FundStand, region: RegionNumbers
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(f"{NAME} {NUMBER}")
    for _ in range(4):
        later(talk, fund, region, seconds=61)
        assert "验证码已发送" in await talk.say("重新发送")
    later(talk, fund, region, seconds=61)
    assert "太频繁" in await talk.say("重新发送")
    assert talk.open, "the last code still opens the check"
    another = talk_of(fund, region, sender="another.0")
    await another.begin()
    assert "太频繁" in await another.say(f"{NAME} {NUMBER}")
    assert not another.open


@pytest.mark.parametrize("lasting", [timedelta(days=-40_000), timedelta(days=30_000)])
def test_a_code_that_lasts_as_no_code_does_is_announced_without_its_time(
    lasting: timedelta,
) -> None:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=LOCAL_ZONE)
    assert "分钟" not in words.sent_to("199****0001", now + lasting, now)
    assert "5分钟内有效" in words.sent_to("199****0001", now + timedelta(minutes=5), now)
