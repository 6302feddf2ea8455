"""Brings tickets' events to other systems, in order. Called by the outbox with the first that waits for an endpoint.

A round delivers one after the other until nothing waits, something fails, or others should have a turn. An endpoint
that fails is paused as a whole: its first event is tried again and again, for as long as it takes, and costs no tries.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import BangbanError
from core.events import SUPERVISOR_ROOM, AlertRaised, Audience, Event
from core.outbox.models import OutboxRow
from core.outbox.worker import Settled
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from core.webhooks.lanes import Lanes
from core.webhooks.posting import Answer, Poster
from handoff.tickets.feed.models import TicketEndpoint
from handoff.tickets.office import log as deliveries
from handoff.tickets.office import queue
from handoff.tickets.office.rendering import Definitions, EventGone, render
from handoff.tickets.office.systems import Systems

log = logging.getLogger(__name__)

# Seconds until the next try after the 1st, 2nd ... failure, and every one after these.
PAUSES = (5, 15, 60, 300)
# People are told with this failure: after twenty seconds, not after a hiccup.
ALERT_AT = 3
# All endpoints together take no more of the outbox's hands than this lane has.
LANE = "tickets"


@dataclass(frozen=True)
class _Taken:
    """The next events of an endpoint, which are ours for a while. `problem`: none of them can be signed."""

    endpoint: TicketEndpoint
    rows: list[OutboxRow]
    secrets: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class _Due:
    """What is to be sent now. `body` None: there is nothing to tell any more. `problem`: it cannot be made."""

    row: OutboxRow
    endpoint: TicketEndpoint
    body: dict[str, Any] | None = None
    secrets: tuple[str, ...] = ()
    problem: str = ""


class Delivering:
    """Handler of the outbox topic `ticket.event`. It settles rows itself, so the outbox keeps what it gave."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, systems: Systems, poster: Poster, lanes: Lanes
    ) -> None:
        self._uows = uows
        self._systems = systems
        self._poster = poster
        self._lanes = lanes
        self._definitions = Definitions()

    async def __call__(self, payload: dict[str, Any]) -> Settled:
        endpoint_id = payload["endpoint_id"]
        with self._lanes.enter(LANE):
            until = await self._round(endpoint_id)

        async def nothing(_uow: UnitOfWork) -> None:
            """All is written."""

        return Settled(nothing, keep=True, again=until)

    async def _round(self, endpoint_id: str) -> datetime | None:
        """Deliver in order; when to look for this endpoint again, where that is known."""
        until = self._uows.clock.now() + queue.ROUND
        left = queue.MOST_IN_ROUND
        while left > 0 and self._uows.clock.now() < until:
            taken = await self._take(endpoint_id, min(left, queue.AT_ONCE))
            if taken is None:
                break
            if not taken.endpoint.active:
                await self._rest(endpoint_id)
                return None
            for row in taken.rows:
                due = await self._due(taken, row)
                answer = await self._send(due)
                if answer is not None and not answer.ok and not answer.for_good:
                    return await self._failed(due, answer)
                if not await self._settle(due, answer):
                    # Somebody else has settled it: our lease had run out.
                    return None
                left -= 1
                if self._uows.clock.now() >= until:
                    break
        await self._end(endpoint_id)
        return None

    async def _take(self, endpoint_id: str, most: int) -> _Taken | None:
        async with self._uows.write(brief=True) as uow:
            now = uow.clock.now()
            endpoint = await uow.session.get(TicketEndpoint, endpoint_id)
            if endpoint is None:
                return None
            rows = await queue.take(uow.session, endpoint_id, now, most=most)
            if not rows:
                return None
            try:
                secrets = await self._systems.secrets(uow.session, endpoint, now)
            except BangbanError as error:
                # Ours to mend, a lost key for sealed secrets: nothing is skipped meanwhile.
                return _Taken(endpoint, rows, problem=error.message.rstrip("。"))
        return _Taken(endpoint, rows, secrets)

    async def _due(self, taken: _Taken, row: OutboxRow) -> _Due:
        endpoint = taken.endpoint
        if taken.problem:
            return _Due(row, endpoint, problem=taken.problem)
        try:
            async with self._uows.read(brief=True) as session:
                personal = self._systems.personal(endpoint)
                event = await render(session, row.payload, personal, self._definitions)
        except EventGone:
            return _Due(row, endpoint)
        except Exception as error:  # whatever it is: this event waits, and people are told
            # Its kind alone: the text may quote what a citizen wrote.
            log.error("event %s cannot be made: %s", row.payload["event_id"], type(error).__name__)
            return _Due(row, endpoint, problem=f"无法生成通知（{type(error).__name__}）")
        return _Due(row, endpoint, event.model_dump(mode="json"), taken.secrets)

    async def _send(self, due: _Due) -> Answer | None:
        """None: there was nothing to send."""
        if due.problem:
            return Answer(None, 0.0, due.problem)
        if due.body is None:
            return None
        return await self._poster.post(
            due.endpoint.url, due.body["id"], due.body, secrets=due.secrets
        )

    async def _settle(self, due: _Due, answer: Answer | None) -> bool:
        """Write down that it was taken, or never will be. False: it was not ours."""
        async with self._uows.write(brief=True) as uow:
            if due.endpoint.failing_since is not None and answer is not None:
                await self._back(uow, due.endpoint.id)
                due.endpoint.failing_since = None
            if not await queue.done(uow.session, due.row.id):
                return False
            if answer is not None:
                await deliveries.note(uow, due.row.payload, answer)
        return True

    async def _back(self, uow: UnitOfWork, endpoint_id: str) -> None:
        endpoint = await uow.session.get_one(TicketEndpoint, endpoint_id, with_for_update=True)
        if endpoint.alerted_at is not None:
            _alert(
                uow,
                endpoint,
                "ticket_endpoint_back",
                f"办公系统“{endpoint.name}”恢复接收工单通知。",
            )
        endpoint.failures, endpoint.last_error = 0, ""
        endpoint.failing_since = endpoint.next_try_at = endpoint.alerted_at = None

    async def _failed(self, due: _Due, answer: Answer) -> datetime:
        """The endpoint rests; when its first event is tried again."""
        async with self._uows.write() as uow:
            now = uow.clock.now()
            endpoint = await uow.session.get_one(
                TicketEndpoint, due.endpoint.id, with_for_update=True, populate_existing=True
            )
            until = now + pause_after(endpoint.failures, PAUSES)
            endpoint.failures += 1
            endpoint.failing_since = endpoint.failing_since or now
            endpoint.next_try_at, endpoint.last_error = until, answer.error[:200]
            await deliveries.note(uow, due.row.payload, answer)
            await queue.hold_behind(uow.session, endpoint.id, due.row.id, until)
            if endpoint.failures >= ALERT_AT and endpoint.alerted_at is None:
                endpoint.alerted_at = now
                text = (
                    f"办公系统“{endpoint.name}”收不到工单通知：{answer.error}。恢复后会按顺序补发。"
                )
                _alert(uow, endpoint, "ticket_endpoint_failing", text)
        log.warning("ticket endpoint %s fails, again at %s", due.endpoint.id, until)
        return until

    async def _rest(self, endpoint_id: str) -> None:
        """It was switched off: everything waits until it is on again."""
        async with self._uows.write() as uow:
            endpoint = await uow.session.get_one(TicketEndpoint, endpoint_id, with_for_update=True)
            if endpoint.active:
                await queue.stop(uow.session, endpoint_id, uow.clock.now())
                uow.has_deliveries = True
            else:
                await queue.hold_behind(uow.session, endpoint_id, None, uow.clock.now())

    async def _end(self, endpoint_id: str) -> None:
        async with self._uows.write() as uow:
            await queue.stop(uow.session, endpoint_id, uow.clock.now())
            uow.has_deliveries = True


def pause_after(failures: int, pauses: Sequence[int]) -> timedelta:
    """How long an endpoint rests that had failed so often before."""
    return timedelta(seconds=pauses[min(failures, len(pauses) - 1)])


def _alert(uow: UnitOfWork, endpoint: TicketEndpoint, code: str, text: str) -> None:
    alert = AlertRaised(code=code, message=text, details={"endpoint_id": endpoint.id})
    uow.publish(Event("alert.raised", alert, Audience(agent_rooms=frozenset({SUPERVISOR_ROOM}))))
