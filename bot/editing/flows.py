"""Writing flows: drafts may be unfinished, active ones may not. Audited and counted like intents."""

from __future__ import annotations

from bot.editing.catalogue import Catalogue, shipped
from bot.editing.errors import FlowInUse, FlowInvalid, LimitReached
from bot.editing.flow import FlowContent, FlowProblem, problems_of
from bot.editing.intents import require_seen
from bot.editing.models import BotFlow
from bot.editing.repository import EditingRepository
from bot.editing.schemas import FlowCreate, FlowUpdate
from core import audit
from core.ids import new_id
from core.unit_of_work import UnitOfWork

MAX_FLOWS = 50


def tasks_of(catalogue: Catalogue) -> dict[str, str]:
    """Titles of the tasks a choice may lead to, by their intents."""
    return {i.name: i.title for i in catalogue.intents.values() if i.group == "task"}


def check(content: FlowContent) -> list[FlowProblem]:
    """What stands in the way of using it."""
    return problems_of(content, frozenset(tasks_of(shipped())))


async def create(uow: UnitOfWork, body: FlowCreate, *, actor: str) -> BotFlow:
    """A new flow, not active. Raises LimitReached."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    if len(await repository.flows()) >= MAX_FLOWS:
        raise LimitReached(f"最多 {MAX_FLOWS} 个流程。", limit=MAX_FLOWS)
    now = uow.clock.now()
    flow = BotFlow(
        id=new_id(), key=new_id()[-10:], title=body.title, content=body.content.model_dump(),
        active=False, edit=1, created_by=actor, created_at=now, updated_by=actor, updated_at=now,
    )  # fmt: skip
    uow.session.add(flow)
    await uow.session.flush()
    _audit(uow, flow, actor, "bot.flow_created")
    return flow


async def change(uow: UnitOfWork, flow_id: str, body: FlowUpdate, *, actor: str) -> BotFlow:
    """Raises NotFound, BotChanged, FlowInvalid when it is to be active, FlowInUse when it is not to be any more."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    flow = await repository.flow(flow_id)
    require_seen(flow.edit, body.edit, flow.updated_by)
    if body.active:
        problems = check(body.content)
        if problems:
            raise FlowInvalid(
                problems[0].message, problems=[problem.model_dump() for problem in problems]
            )
    else:
        await _require_unused(repository, flow_id)
    flow.title, flow.content, flow.active = body.title, body.content.model_dump(), body.active
    flow.edit, flow.updated_by, flow.updated_at = flow.edit + 1, actor, uow.clock.now()
    await uow.session.flush()
    _audit(uow, flow, actor, "bot.flow_changed", edit=flow.edit, active=flow.active)
    return flow


async def delete(uow: UnitOfWork, flow_id: str, *, edit: int, actor: str) -> None:
    """Raises NotFound, BotChanged, FlowInUse while an active intent starts it."""
    repository = EditingRepository(uow.session)
    await repository.raise_revision()
    flow = await repository.flow(flow_id)
    require_seen(flow.edit, edit, flow.updated_by)
    await _require_unused(repository, flow_id)
    await repository.unlink_flow(flow_id)
    await uow.session.delete(flow)
    await uow.session.flush()
    _audit(uow, flow, actor, "bot.flow_deleted")


async def _require_unused(repository: EditingRepository, flow_id: str) -> None:
    using = [i.title for i in await repository.intents_of_flow(flow_id) if i.active]
    if using:
        raise FlowInUse(
            f"启用的意图“{'”“'.join(using)}”在使用这个流程，请先停用或改掉。", intents=using
        )


def _audit(uow: UnitOfWork, flow: BotFlow, actor: str, action: str, **data: int | bool) -> None:
    audit.record(uow, actor=actor, action=action, subject=f"bot_flow:{flow.id}", **data)
