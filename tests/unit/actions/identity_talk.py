"""An identity check played in a form, for the tests of it: with the business system's stand-in and its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from actions.region import RegionNumbers
from actions.tasks import balance
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
