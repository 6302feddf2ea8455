"""Who works here and what may be written, wired: sensitive words, accounts, audit trail. Called by the container."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from core.audit_endpoints import build_router as build_audit
from core.audit_reading import AuditReader
from core.auth.account_endpoints import build_router as build_accounts
from core.auth.accounts import AccountService
from core.auth.departments import DepartmentService
from core.sensitive.book import SensitiveWords, WordBook
from core.sensitive.endpoints import build_router as build_words
from core.timers.repository import set_timer
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.agents.service import AgentService
from handoff.desk.namespace import AgentNamespace
from handoff.desk.revealing import Revealing
from handoff.desk.revealing import build_router as build_revealing
from handoff.tickets.life.handing_over import LEFT


class Desks:
    """core.auth.accounts.Workplace: what becomes of the work of somebody who goes.

    `sockets`: the desks connected to this server; None for the command line, which has none.
    """

    def __init__(self, agents: AgentService, sockets: AgentNamespace | None) -> None:
        self._agents = agents
        self._sockets = sockets

    async def leave(self, account_id: str, actor: str) -> None:
        await self._agents.force_offline(account_id, actor, hand_on=True)

    async def gone(self, uow: UnitOfWork, account_id: str) -> None:
        await set_timer(uow, LEFT, account_id, uow.clock.now())

    async def cut_off(self, account_id: str) -> None:
        if self._sockets is not None:
            await self._sockets.cut_off(account_id)


@dataclass(frozen=True)
class Administration:
    uows: UnitOfWorkFactory
    words: WordBook
    accounts: AccountService

    def routers(self) -> list[APIRouter]:
        return [
            build_words(self.uows, self.words),
            build_revealing(Revealing(self.uows)),
            build_accounts(self.accounts, DepartmentService(self.uows)),
            build_audit(AuditReader(self.uows)),
        ]

    def jobs(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        return [("words", self.words.refresh_forever())]


def build_administration(
    uows: UnitOfWorkFactory,
    words: SensitiveWords,
    agents: AgentService,
    sockets: AgentNamespace,
) -> Administration:
    """`words`: the holder that engine and desk ask; the book keeps it current."""
    return Administration(
        uows=uows,
        words=WordBook(uows=uows, words=words),
        accounts=AccountService(uows=uows, workplace=Desks(agents, sockets)),
    )
