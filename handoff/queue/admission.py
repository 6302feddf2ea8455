"""What becomes of the wish for people: how things stand, looked up in the decision table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.clock import LOCAL_ZONE
from core.configs import get_config
from core.conversation.models import Conversation
from core.unit_of_work import UnitOfWork
from handoff.agents.service import read_agents
from handoff.hours.decisions import Row, Situation, decide
from handoff.hours.duty import DutyHours
from handoff.hours.service import duty_hours, off_duty_text, service_texts
from handoff.hours.settings import ADMISSION_CONFIG, AdmissionSettings
from handoff.hours.texts import ServiceTexts
from handoff.queue import repository


@dataclass(frozen=True)
class Verdict:
    """The row that decides, and what the citizen is told when it keeps people out."""

    row: Row
    situation: Situation
    texts: ServiceTexts
    refusal: str

    @property
    def admitted(self) -> bool:
        return self.row.outcome in ("person", "queue")


async def judge(uow: UnitOfWork, conversation: Conversation) -> Verdict:
    """Whether people can take the conversation now."""
    session, now = uow.session, uow.clock.now()
    inbox_id = conversation.inbox_id
    hours = await duty_hours(session, inbox_id)
    texts = await service_texts(session, inbox_id)
    situation = Situation(
        inbox_id=inbox_id,
        on_duty=hours.is_open(now.astimezone(LOCAL_ZONE)),
        agents=await _agents(uow),
        waiting=await repository.count_waiting(session),
    )
    row = decide((await get_config(session, ADMISSION_CONFIG, AdmissionSettings)).rows, situation)
    refusal = row.text or _usual(texts, hours, situation, uow)
    return Verdict(row, situation, texts, refusal)


async def _agents(uow: UnitOfWork) -> Literal["free", "full", "none"]:
    there = [
        agent
        for agent in await read_agents(uow.session, uow.clock.now())
        if agent.status != "offline"
    ]
    if not there:
        return "none"
    takes = (agent.status == "online" and agent.active < agent.capacity for agent in there)
    return "free" if any(takes) else "full"


def _usual(texts: ServiceTexts, hours: DutyHours, at: Situation, uow: UnitOfWork) -> str:
    """Why nobody takes it, in the usual words."""
    if not at.on_duty:
        return off_duty_text(texts, hours, uow.clock.now())
    return texts.nobody if at.agents == "none" else texts.full
