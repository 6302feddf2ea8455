"""Acts on a push that stores no message of its own (an event, something unreadable) once, however often it comes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import IntegrityError

from channels.tencent.models import SeenPush
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

Act = Callable[[UnitOfWork], Awaitable[None]]


async def seen(uows: UnitOfWorkFactory, inbox_id: str, external_id: str) -> bool:
    """Whether this push was acted on. For what is done before `once`, in a transaction of its own."""
    async with uows.read(brief=True) as session:
        return await session.get(SeenPush, (inbox_id, external_id)) is not None


async def once(uows: UnitOfWorkFactory, inbox_id: str, external_id: str, *acts: Act) -> bool:
    """Do `acts` in one transaction, unless this push was seen before; whether they were done now."""
    try:
        async with uows.write(first=True) as uow:
            session, now = uow.session, uow.clock.now()
            if await session.get(SeenPush, (inbox_id, external_id)) is not None:
                return False
            session.add(SeenPush(inbox_id=inbox_id, external_id=external_id, at=now))
            # Two repeats at the same time: the second fails here, before anything is done.
            await session.flush()
            for act in acts:
                await act(uow)
    except IntegrityError:
        log.info("a push was repeated while it was being handled")
        return False
    return True
