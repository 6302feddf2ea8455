"""HTTP routes of the desk's settings: handoff rules, queue with duty hours, clocks. Data, not code."""

from __future__ import annotations

from fastapi import APIRouter

from core.config_endpoints import add_document
from core.conversation.inboxes import check_inboxes
from core.unit_of_work import UnitOfWorkFactory
from handoff.agents.settings import CONFIG_NAME as PRESENCE
from handoff.agents.settings import PresenceSettings
from handoff.hours.settings import (
    ADMISSION_CONFIG,
    CALENDAR_CONFIG,
    HOURS_CONFIG,
    AdmissionSettings,
    CalendarSettings,
    HoursSettings,
)
from handoff.hours.texts import CONFIG_NAME as TEXTS
from handoff.hours.texts import TextsSettings
from handoff.queue.settings import CONFIG_NAME as QUEUE
from handoff.queue.settings import QueueSettings
from handoff.rules.book import CONFIG_NAME as RULES
from handoff.rules.book import RuleBook, RulesConfig
from handoff.rules.checks import check_rules
from handoff.sla.settings import CONFIG_NAME as CLOCKS
from handoff.sla.settings import ClockSettings


def build_router(uows: UnitOfWorkFactory, rules: RuleBook) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    add_document(
        router, "/rules", name=RULES, model=RulesConfig, uows=uows, check=check_rules,
        after=rules.use,
    )  # fmt: skip
    add_document(router, "/queue", name=QUEUE, model=QueueSettings, uows=uows)
    add_document(
        router, "/hours", name=HOURS_CONFIG, model=HoursSettings, uows=uows,
        check=lambda uow, body: check_inboxes(uow.session, body.inboxes, "inboxes"),
    )  # fmt: skip
    add_document(router, "/calendar", name=CALENDAR_CONFIG, model=CalendarSettings, uows=uows)
    add_document(
        router, "/admission", name=ADMISSION_CONFIG, model=AdmissionSettings, uows=uows,
        check=lambda uow, body: check_inboxes(
            uow.session, [inbox for row in body.rows for inbox in row.inboxes], "rows"
        ),
    )  # fmt: skip
    add_document(
        router, "/texts", name=TEXTS, model=TextsSettings, uows=uows,
        check=lambda uow, body: check_inboxes(uow.session, body.inboxes, "inboxes"),
    )  # fmt: skip
    add_document(router, "/clocks", name=CLOCKS, model=ClockSettings, uows=uows)
    add_document(router, "/presence", name=PRESENCE, model=PresenceSettings, uows=uows)
    return router
