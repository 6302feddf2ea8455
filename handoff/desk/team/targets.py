"""Whether an agent can be handed a conversation, judged under the lock of their profile."""

from __future__ import annotations

from dataclasses import dataclass

from core.auth.models import Account
from core.errors import CapacityReached, Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWork
from handoff.agents import repository as agents
from handoff.agents.models import AgentProfile
from handoff.agents.standing import status_of
from handoff.desk.team import repository
from handoff.desk.team.rules import Refusal, Target, refusal


class TargetOffline(Conflict):
    code, default_message = "target_offline", "对方现在不在线，请转给其他坐席或技能组。"


class TargetResting(Conflict):
    code, default_message = "target_resting", "对方正在休息，请转给其他坐席或技能组。"


class TargetFull(CapacityReached):
    default_message = "对方接待的会话已到上限，请转给其他坐席或技能组。"


class ToOneself(InvalidInput):
    code, default_message = "transfer_to_oneself", "会话已经在您手里，请选择其他坐席。"


class ToItsOwner(InvalidInput):
    code, default_message = "transfer_to_owner", "会话已经在这位坐席手里。"


@dataclass(frozen=True)
class Locked:
    """An agent whose profile is locked, so that what was judged stays true until the commit."""

    account: Account
    profile: AgentProfile
    target: Target

    def check(self, *, owner_id: str | None, actor_id: str) -> None:
        """Raise why they cannot be handed the conversation."""
        why = refusal(self.target, owner_id=owner_id, actor_id=actor_id)
        if why is not None:
            _refuse(why, self.profile.capacity)


async def lock_target(uow: UnitOfWork, agent_id: str) -> Locked:
    """Raises NotFound. To be called before the conversation is locked: agent, conversation, queue entry."""
    found = await find_target(uow, agent_id)
    if found is None:
        raise NotFound("没有这个坐席。", what="agent")
    return found


async def find_target(uow: UnitOfWork, agent_id: str) -> Locked | None:
    """As lock_target; None for an account that serves nobody (any more)."""
    account = await repository.serving_account(uow.session, agent_id)
    if account is None:
        return None
    now = uow.clock.now()
    profile = await agents.lock_profile(uow.session, agent_id, now)
    status = await status_of(uow.session, agent_id, now)
    active = await agents.count_active(uow.session, agent_id)
    return Locked(account, profile, Target(agent_id, status, active, profile.capacity))


def _refuse(why: Refusal, capacity: int) -> None:
    match why:
        case "oneself":
            raise ToOneself(field="to_agent")
        case "owner":
            raise ToItsOwner(field="to_agent")
        case "offline":
            raise TargetOffline()
        case "resting":
            raise TargetResting()
        case "full":
            raise TargetFull(capacity=capacity)
