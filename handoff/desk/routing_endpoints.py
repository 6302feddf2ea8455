"""HTTP routes of order and routing: the settings, checked as a whole, and a trial of them before they are saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.conversation.inboxes import check_inboxes
from core.errors import InvalidInput
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.service import read_agents
from handoff.desk.routing_trial import RoutingTrial, TrialRead, try_out
from handoff.queue.routes import all_groups
from handoff.routing.case import Group
from handoff.routing.overflow import find_loop
from handoff.routing.settings import CONFIG_NAME, RoutingSettings

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


class UnknownGroup(InvalidInput):
    """Details: `field`."""

    code, default_message = "unknown_group", "这个技能组已不存在，请重新选择。"


class UnknownAgent(InvalidInput):
    """Details: `field`."""

    code, default_message = "unknown_agent", "这位坐席已停用或不接待市民，请重新选择。"


class OverflowTwice(InvalidInput):
    """Details: `field`."""

    code, default_message = "overflow_twice", "同一个技能组只能有一条溢出设置。"


class OverflowLoop(InvalidInput):
    """Details: `field`, `groups`: the ids in a circle."""

    code, default_message = "overflow_loop", "溢出设置绕成了一个圈，市民会一直转来转去。"


def build_router(uows: UnitOfWorkFactory, after: Callable[[RoutingSettings], None]) -> APIRouter:
    """`after` is told of what was saved."""
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    add_document(
        router, "/routing", name=CONFIG_NAME, model=RoutingSettings, uows=uows,
        check=check, after=after,
    )  # fmt: skip

    @router.post("/routing/trial")
    async def try_routing(body: RoutingTrial, actor: Editor) -> TrialRead:
        """Where a citizen would go, and to whom, by settings that need not be saved."""
        async with uows.read() as session:
            await check_groups(session, body.settings)
            return await try_out(session, body, uows.clock.now())

    return router


async def check(uow: UnitOfWork, settings: RoutingSettings) -> None:
    """Raise what is wrong beyond the model."""
    groups = await check_groups(uow.session, settings)
    serving = {each.id for each in await read_agents(uow.session, uow.clock.now())}
    for place, rule in enumerate(settings.rules):
        await check_inboxes(uow.session, rule.inbox, f"rules.{place}.inbox")
        if rule.agent is not None and rule.agent not in serving:
            raise UnknownAgent(field=f"rules.{place}.agent")
    seen: set[str] = set()
    for place, step in enumerate(settings.overflow):
        if step.from_group in seen:
            raise OverflowTwice(field=f"overflow.{place}.from_group")
        seen.add(step.from_group)
    loop = find_loop(list(settings.chain().values()))
    if loop:
        names = " → ".join(groups[each].name for each in [*loop, loop[0]])
        raise OverflowLoop(f"溢出绕成了一个圈：{names}。", field="overflow", groups=loop)


async def check_groups(session: AsyncSession, settings: RoutingSettings) -> dict[str, Group]:
    """All groups; raises UnknownGroup for a rule or a step that names none of them."""
    groups = await all_groups(session)
    for place, rule in enumerate(settings.rules):
        if rule.group not in groups:
            raise UnknownGroup(field=f"rules.{place}.group")
    for place, step in enumerate(settings.overflow):
        if step.from_group not in groups:
            raise UnknownGroup(field=f"overflow.{place}.from_group")
        if step.to_group is not None and step.to_group not in groups:
            raise UnknownGroup(field=f"overflow.{place}.to_group")
    return groups
