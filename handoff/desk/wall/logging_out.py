"""A supervisor ends an agent's logins: someone left the desk open, or must not go on working."""

from __future__ import annotations

from sqlalchemy import select

from core import audit
from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Permission, Role
from core.auth.service import end_sessions
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.service import AgentService
from handoff.desk.access import with_colleagues


class LoggingOut:
    def __init__(self, *, uows: UnitOfWorkFactory, agents: AgentService) -> None:
        self._uows = uows
        self._agents = agents

    async def log_out(self, agent_id: str, actor: Actor) -> None:
        """No login of theirs is good any more, they are offline, and their conversations are handed on.

        Not oneself, and nobody who manages accounts unless one does so too. Raises NotFound, PermissionDenied,
        InvalidInput.
        """
        if agent_id == actor.account_id:
            raise InvalidInput("不能强制退出自己，请用“退出登录”。", field="agent_id")
        async with self._uows.read() as session:
            query = select(Account).where(
                Account.id == agent_id, Account.active, with_colleagues(actor, Account.id)
            )
            account = await session.scalar(query)
        if account is None:
            raise NotFound("没有这个坐席。", what="agent")
        manages = Actor(account.id, account.login, account.name, Role(account.role))
        if manages.may(Permission.ACCOUNT_MANAGE) and not actor.may(Permission.ACCOUNT_MANAGE):
            raise PermissionDenied("不能强制管理员退出。", permission=Permission.ACCOUNT_MANAGE)
        async with self._uows.write() as uow:
            await end_sessions(uow, agent_id)
            audit.record(
                uow, actor=actor.account_id, action="account.logged_out",
                subject=f"account:{agent_id}",
            )  # fmt: skip
        await self._agents.force_offline(agent_id, actor.account_id, True)
