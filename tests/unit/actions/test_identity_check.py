"""The identity check inside a form, with the business system's stand-in: what is asked, told, kept and forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.identity import proof as proofs
from actions.identity.seal import Seal
from actions.region import RegionNumbers
from actions.tasks import loan_progress
from tests.fund import PEOPLE, FundStand
from tests.unit.actions.identity_talk import NAME, NUMBER, later, passed, talk_of


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


@pytest.mark.parametrize("given", [NAME, f"{NAME}，{NUMBER}"], ids=["number", "code"])
async def test_a_step_back_begins_the_check_again(
    fund: FundStand, region: RegionNumbers, given: str
) -> None:
    talk = talk_of(fund, region)
    await talk.begin()
    await talk.say(given)
    assert "姓名" in await talk.say("上一步", "go_back")
    assert "身份证号码" in await talk.say(NAME)


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
