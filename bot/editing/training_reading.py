"""What the console shows of trainings and models."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.editing.catalogue import shipped
from bot.editing.changes import changes_between
from bot.editing.data import EditedData
from bot.editing.gate import Comparison
from bot.editing.models import BotState, BotTraining
from bot.editing.reading import snapshot, titles_of
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_schemas import (
    ModelRead,
    ModelsRead,
    PendingRead,
    TrainingContent,
    TrainingRead,
)
from bot.editing.training_service import SYSTEM
from core.auth.service import account_names

SHIPPED = "shipped"
OPERATED = (
    "机器人由运维单独部署（BANGBAN_RASA_URL）。选用的模型要由运维执行 bangban train --live 取出，"
    "再用它重启 Rasa。"
)


async def is_untrained(session: AsyncSession) -> bool:
    """Whether something that would change the live bot was edited since its training."""
    state = await EditingRepository(session).state()
    live = await live_data(session, state)
    now = await snapshot(session)
    return _without_regression(now) != _without_regression(live)


async def live_data(session: AsyncSession, state: BotState) -> EditedData:
    """The editors' data the live model was trained with; empty for the shipped one."""
    if state.live_id is None:
        return EditedData()
    training = await TrainingRepository(session).get(state.live_id)
    return EditedData.model_validate(training.data)


def _without_regression(data: EditedData) -> EditedData:
    return data.model_copy(update={"regression": []})


def training_read(training: BotTraining) -> TrainingRead:
    data = EditedData.model_validate(training.data)
    content = TrainingContent(
        intents=len(data.intents), examples=sum(map(len, data.examples.values())),
        replies=len(data.replies), flows=len(data.flows),
    )  # fmt: skip
    report = Comparison.model_validate(training.report) if training.report else None
    values = {
        name: getattr(training, name)
        for name in TrainingRead.model_fields
        if name not in ("content", "report", "has_model")
    }
    return TrainingRead(
        **values, content=content, report=report, has_model=bool(training.model_sha256)
    )


async def people_of(session: AsyncSession, trainings: Iterable[BotTraining]) -> dict[str, str]:
    """Names of those who started and switched."""
    ids = {who for t in trainings for who in (t.created_by, t.switched_by) if who}
    return {SYSTEM: "系统"} | await account_names(session, ids)


async def pending_read(session: AsyncSession) -> PendingRead:
    """What a training started now would bring that the live model does not have."""
    repository = EditingRepository(session)
    live = await live_data(session, await repository.state())
    titles = await titles_of(repository)
    titles |= {name: reply.title for name, reply in shipped().replies.items()}
    unused = [i.title for i in await repository.intents() if not i.active]
    unused += [f.title for f in await repository.flows() if not f.active]
    items = changes_between(live, await snapshot(session), titles)
    return PendingRead(items=items, unused=unused)


async def models_read(session: AsyncSession, *, switchable: bool) -> ModelsRead:
    """The shipped model and those of the trainings that are kept, the newest first."""
    state = await EditingRepository(session).state()
    kept = await TrainingRepository(session).with_models()
    items = [
        ModelRead(
            training_id=t.id, live=t.id == state.live_id, state=training_read(t).state,
            accuracy=(t.report or {}).get("after", {}).get("accuracy"), created_at=t.created_at,
            created_by=t.created_by, switched_at=t.switched_at, switched_by=t.switched_by,
        )
        for t in kept
    ]  # fmt: skip
    items.append(
        ModelRead(
            training_id=None, live=state.live_id is None, state=None, accuracy=None, created_at=None,
            created_by=None, switched_at=None, switched_by=None,
        )
    )  # fmt: skip
    return ModelsRead(
        items=items, live=state.live_id,
        switching=None if state.settled else state.wanted_id or SHIPPED,
        switchable=switchable, note="" if switchable else OPERATED, problem=state.problem,
        people=await people_of(session, kept),
    )  # fmt: skip
