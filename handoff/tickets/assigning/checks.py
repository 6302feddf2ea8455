"""What is wrong with rules of assigning beyond their form: looked at when they are saved, tried or previewed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork
from handoff.tickets.assigning.reading import read_staff
from handoff.tickets.assigning.settings import AssigningRule, AssigningSettings
from handoff.tickets.assigning.staff import Staff
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import all_types


class UnknownDepartment(InvalidInput):
    """Details: `field`."""

    code, default_message = "unknown_department", "这个部门已不存在，请重新选择。"


class UnknownHandler(InvalidInput):
    """Details: `field`."""

    code, default_message = "unknown_handler", "这个人已停用或不能办理工单，请重新选择。"


class UnknownDispatcher(InvalidInput):
    """Details: `field`."""

    code, default_message = "unknown_dispatcher", "这个人已停用或没有分派权限，请重新选择。"


class UnknownTicketType(InvalidInput):
    """Details: `field`, `type`."""

    code, default_message = "unknown_ticket_type", "这种工单类型已不存在，请重新选择。"


class RuleTwice(InvalidInput):
    """Details: `field`."""

    code, default_message = "rule_twice", "已经有同名的规则，请换一个名称。"


class NotOfThisType(InvalidInput):
    """Details: `field`, `type`."""

    code = "department_not_of_type"


async def check(uow: UnitOfWork, settings: AssigningSettings) -> None:
    """Raise what is wrong; called in the transaction that saves."""
    await check_settings(uow.session, settings, await read_staff(uow.session, uow.clock.now()))


async def check_settings(session: AsyncSession, settings: AssigningSettings, staff: Staff) -> None:
    types = {each.id: each.definition for each in await all_types(session)}
    names: set[str] = set()
    for place, rule in enumerate(settings.rules):
        if rule.name in names:
            raise RuleTwice(field=f"rules.{place}.name")
        names.add(rule.name)
        _check_target(rule, f"rules.{place}", staff)
        _check_types(rule, f"rules.{place}", staff, types)
    dispatcher = staff.person(settings.dispatcher)
    if settings.dispatcher is not None and (dispatcher is None or not dispatcher.dispatches):
        raise UnknownDispatcher(field="dispatcher")


def _check_target(rule: AssigningRule, field: str, staff: Staff) -> None:
    if rule.account is not None and staff.person(rule.account) is None:
        raise UnknownHandler(field=f"{field}.account")
    if rule.department is not None and staff.department(rule.department) is None:
        raise UnknownDepartment(field=f"{field}.department")


def _check_types(
    rule: AssigningRule, field: str, staff: Staff, types: Mapping[str, TicketDefinition]
) -> None:
    """The types that are named must be known, and may go where the rule leads; of all, if none is named, one must."""
    unknown = next((key for key in rule.type if key not in types), None)
    if unknown is not None:
        raise UnknownTicketType(field=f"{field}.type", type=unknown)
    person = staff.person(rule.account)
    department = staff.department(person.department_id if person is not None else rule.department)
    if department is None:
        return
    named = {key: types[key] for key in rule.type} or types
    shut = {
        key: each.name
        for key, each in named.items()
        if each.department_ids and not staff.is_within(department.id, each.department_ids)
    }
    if shut and (rule.type or len(shut) == len(types)):
        key, name = next(iter(shut.items()))
        raise NotOfThisType(
            f"规则“{rule.name}”：“{name}”类工单不能分到{department.name}，"
            "请换一个部门，或先在工单类型里加上它。",
            field=f"{field}.{'account' if person is not None else 'department'}", type=key,
        )  # fmt: skip
