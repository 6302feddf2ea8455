"""What is wrong with edited policies beyond their types: people, types, duty hours, spans that never end."""

from __future__ import annotations

from sqlalchemy import select

from core.auth.models import Account
from core.configs import get_config
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork
from handoff.hours.settings import HOURS_CONFIG, HoursSettings
from handoff.tickets.deadlines import recalculating
from handoff.tickets.deadlines.settings import DeadlinePolicy, DeadlineSettings
from handoff.tickets.deadlines.timetables import Timetables, timetables
from handoff.tickets.deadlines.walk import Target
from handoff.tickets.types.reading import LoadedType, all_types


class PolicyRefused(InvalidInput):
    """A policy that cannot work as it is. Details: `field`, its way in the document (policies.2.schedule)."""

    code, default_message = "policy_refused", "这条时限规则不能这样设置。"


async def check_and_recalculate(uow: UnitOfWork, settings: DeadlineSettings) -> None:
    """For saving: what runs is counted anew as soon as it is saved."""
    await check(uow, settings)
    await recalculating.soon(uow)


async def check(uow: UnitOfWork, settings: DeadlineSettings) -> None:
    """Raises PolicyRefused for the first thing that is wrong."""
    session = uow.session
    schedules = {
        each.id for each in (await get_config(session, HOURS_CONFIG, HoursSettings)).schedules
    }
    types = {each.id: each for each in await all_types(session)}
    accounts = set(await session.scalars(select(Account.id).where(Account.active)))
    tables = await timetables(session, settings.counting, uow.clock.now())
    for index, policy in enumerate(settings.policies):
        place = f"policies.{index}"
        if policy.schedule not in schedules:
            raise PolicyRefused(
                f"“{policy.name}”所选的服务时间已被删除，请重新选择。", field=f"{place}.schedule"
            )
        _types(policy, place, types)
        for number, escalation in enumerate(policy.escalations):
            if not set(escalation.to.account_ids) <= accounts:
                raise PolicyRefused(
                    f"“{policy.name}”要通知的人里有已停用的账号，请重新选择。",
                    field=f"{place}.escalations.{number}.to.account_ids",
                )
        _reachable(uow, policy, place, tables)


def _types(policy: DeadlinePolicy, place: str, types: dict[str, LoadedType]) -> None:
    unknown = [each for each in policy.types if each not in types]
    if unknown:
        raise PolicyRefused(
            f"“{policy.name}”所选的工单类型不存在，请重新选择。", field=f"{place}.types"
        )
    if policy.given is None:
        return
    fields = [
        field
        for each in policy.types
        for field in types[each].definition.fields
        if field.key == policy.given and field.kind == "date"
    ]
    if not fields:
        raise PolicyRefused(
            f"“{policy.name}”适用的工单类型里没有这个日期字段，请先选择类型，再选择字段。",
            field=f"{place}.given",
        )


def _reachable(uow: UnitOfWork, policy: DeadlinePolicy, place: str, tables: Timetables) -> None:
    """With duty hours in which nobody ever serves nothing would ever be due."""
    for target in Target:
        span = policy.span(target)
        if span is None:
            continue
        if tables.of(policy.schedule).due(uow.clock.now(), span.amount, span.unit) is None:
            raise PolicyRefused(
                f"按“{policy.name}”的服务时间，这个时限永远到不了，请检查服务时间。",
                field=f"{place}.{target.value}",
            )
