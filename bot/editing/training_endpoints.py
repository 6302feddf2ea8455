"""HTTP side of training the bot, switching models and testing a sentence. Thin."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query

from bot.editing import training_schemas as s
from bot.editing.training_reading import (
    is_untrained,
    models_read,
    pending_read,
    people_of,
    training_read,
)
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_service import TrainingService
from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.ids import Id
from core.unit_of_work import UnitOfWorkFactory

Reader = Annotated[Actor, Depends(require(Permission.BOT_READ))]
Editor = Annotated[Actor, Depends(require(Permission.BOT_EDIT))]
Switcher = Annotated[Actor, Depends(require(Permission.BOT_SWITCH))]


class Tester(Protocol):
    """Asks a model what it makes of a sentence."""

    async def parse(self, text: str, training_id: str | None) -> s.Parsed:
        """Raises NotFound, ModelGone, Unavailable."""
        ...


def build_router(
    units: UnitOfWorkFactory, service: TrainingService, tester: Tester, *, switchable: bool
) -> APIRouter:
    """`switchable`: this server runs Rasa itself."""
    router = APIRouter(prefix="/bot", tags=["bot"])

    async def shown(training_id: str) -> s.TrainingRead:
        async with units.read() as session:
            return training_read(await TrainingRepository(session).get(training_id))

    @router.post("/trainings", status_code=201)
    async def start_training(body: s.TrainingCreate, actor: Editor) -> s.TrainingRead:
        """Train with what is active now, in the background, and compare with the live model."""
        return training_read(await service.start(actor, switch=body.switch))

    @router.get("/trainings")
    async def list_trainings(
        actor: Reader,
        after: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> s.TrainingPage:
        async with units.read() as session:
            rows = await TrainingRepository(session).newest(after, limit)
            untrained = await is_untrained(session)
            people = await people_of(session, rows)
        following = rows[-1].id if len(rows) == limit else None
        return s.TrainingPage(
            items=[training_read(row) for row in rows],
            next=following,
            untrained=untrained,
            people=people,
        )

    @router.get("/trainings/{training_id}")
    async def read_training(training_id: Id, actor: Reader) -> s.TrainingRead:
        """State and progress; ask again every second or two while it is open."""
        return await shown(training_id)

    @router.get("/trainings/{training_id}/log")
    async def read_log(training_id: Id, actor: Switcher) -> s.TrainingLog:
        """What the training wrote, for whoever looks after the installation."""
        async with units.read() as session:
            return s.TrainingLog(log=(await TrainingRepository(session).get(training_id)).log)

    @router.post("/trainings/{training_id}/cancel")
    async def cancel_training(training_id: Id, actor: Editor) -> s.TrainingRead:
        return training_read(await service.cancel(training_id, actor))

    @router.post("/trainings/{training_id}/switch")
    async def switch_to(training_id: Id, body: s.Switch, actor: Switcher) -> s.ModelsRead:
        """Bring this model to the citizens; an earlier one as well. Follow it at GET /bot/models."""
        await service.switch(training_id, actor, force=body.force, reason=body.reason or "")
        return await models(actor)

    @router.get("/pending")
    async def pending(actor: Reader) -> s.PendingRead:
        """What was changed since the live model was trained."""
        async with units.read() as session:
            return await pending_read(session)

    @router.get("/models")
    async def models(actor: Reader) -> s.ModelsRead:
        """The models that can be switched to, which one is live, and whether a switch is under way."""
        async with units.read() as session:
            return await models_read(session, switchable=switchable)

    @router.post("/models/shipped/switch")
    async def switch_to_shipped(actor: Switcher) -> s.ModelsRead:
        """Back to the product's own model: nothing of the editors' answers until the next switch."""
        await service.switch(None, actor, force=False, reason="")
        return await models(actor)

    @router.post("/parse")
    async def parse(body: s.ParseRequest, actor: Reader) -> s.Parsed:
        """Test a sentence with the live model, or with that of a training before it is switched to."""
        return await tester.parse(body.text, body.training_id)

    return router
