"""What editors may do with trainings and models: start, cancel, switch, go back. The work is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from bot.editing.data import EditedData
from bot.editing.errors import (
    ModelGone,
    ModelRefused,
    NothingChanged,
    ReasonRequired,
    SwitchOpen,
    TrainingOpen,
)
from bot.editing.models import BotTraining
from bot.editing.reading import snapshot
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from core import audit
from core.auth.actor import Actor
from core.auth.permissions import Permission, check
from core.errors import IllegalTransition
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

# Models kept to go back to, the live one among them.
KEPT_MODELS = 5
SYSTEM = "system"


class TrainingService:
    """`wake_worker` and `wake_follower`: there is something to do, do not wait for the next look."""

    def __init__(
        self,
        units: UnitOfWorkFactory,
        *,
        wake_worker: Callable[[], None],
        wake_follower: Callable[[], None],
    ) -> None:
        self._units = units
        self._wake_worker = wake_worker
        self._wake_follower = wake_follower

    async def start(self, actor: Actor, *, switch: bool) -> BotTraining:
        """Train with what is active now. Raises TrainingOpen, NothingChanged, PermissionDenied."""
        if switch:
            check(actor.role, Permission.BOT_SWITCH)
        async with self._units.write() as uow:
            data = await self._require_news(uow)
            training = await open_training(
                uow, data, cause="editor", switch=switch, actor=actor.account_id
            )
        self._wake_worker()
        return training

    async def _require_news(self, uow: UnitOfWork) -> EditedData:
        """What is active now, which no training that ended well has seen."""
        await EditingRepository(uow.session).lock_state()
        data = await snapshot(uow.session)
        if not data.changes_the_model():
            raise NothingChanged("没有启用的内容可以训练；要恢复原样，请启用出厂模型。")
        stored = data.model_dump(mode="json")
        for kept in await TrainingRepository(uow.session).with_models():
            if kept.data == stored and kept.state in ("ready", "live"):
                raise NothingChanged(
                    "已有用这些内容训练好的模型，直接启用它就可以。"
                    if kept.state == "ready"
                    else None,
                    training_id=kept.id,
                )
        return data

    async def cancel(self, training_id: str, actor: Actor) -> BotTraining:
        """End it where it is. Raises NotFound, IllegalTransition when it is over."""
        async with self._units.write() as uow:
            repository = TrainingRepository(uow.session)
            training = await repository.get(training_id)
            if not await repository.cancel(training_id, uow.clock.now()):
                raise IllegalTransition(status=training.state, trigger="cancel")
            _audit(uow, training_id, actor.account_id, "bot.training_cancelled")
            training = await repository.get(training_id)
        self._wake_worker()
        return training

    async def switch(
        self, training_id: str | None, actor: Actor, *, force: bool, reason: str
    ) -> None:
        """Bring a model to the citizens; None: the shipped one.

        Raises NotFound, ModelGone, ModelRefused without `force`, ReasonRequired, SwitchOpen.
        """
        async with self._units.write() as uow:
            if training_id is not None:
                training = await TrainingRepository(uow.session).get(training_id)
                _require_usable(training, force=force, reason=reason)
                if force:
                    training.forced_reason = reason
            await want(uow, training_id, by=actor.account_id)
            _audit(
                uow, training_id or "shipped", actor.account_id, "bot.switch_wanted",
                forced=force, reason=reason,
            )  # fmt: skip
        self._wake_follower()


def _require_usable(training: BotTraining, *, force: bool, reason: str) -> None:
    if training.state not in ("ready", "refused", "live"):
        raise IllegalTransition(status=training.state, trigger="switch")
    if not training.model_sha256:
        raise ModelGone(training_id=training.id)
    if training.state == "refused" and not force:
        raise ModelRefused(training_id=training.id)
    if force and not reason:
        raise ReasonRequired(field="reason")


async def open_training(
    uow: UnitOfWork, data: EditedData, *, cause: str, switch: bool, actor: str
) -> BotTraining:
    """A queued training. Raises TrainingOpen."""
    state = await EditingRepository(uow.session).lock_state()
    other = await TrainingRepository(uow.session).open_one()
    if other is not None:
        raise TrainingOpen(training_id=other.id)
    now = uow.clock.now()
    training = BotTraining(
        id=new_id(), state="queued", slot=1, cause=cause, step="waiting", percent=0,
        switch_when_ready=switch, revision=state.revision, data=data.model_dump(mode="json"),
        created_by=actor, created_at=now, updated_at=now,
    )  # fmt: skip
    uow.session.add(training)
    await uow.session.flush()
    _audit(uow, training.id, actor, "bot.training_started", cause=cause)
    return training


async def want(uow: UnitOfWork, training_id: str | None, *, by: str) -> None:
    """Tell all servers to switch. Raises SwitchOpen while they do so already."""
    state = await EditingRepository(uow.session).lock_state()
    if not state.settled:
        raise SwitchOpen(training_id=state.wanted_id)
    if state.live_id == training_id:
        return
    state.wanted_id, state.wanted_by = training_id, by
    state.choice, state.settled, state.problem = state.choice + 1, False, ""
    state.changed_at = uow.clock.now()


def _audit(uow: UnitOfWork, subject: str, actor: str, action: str, **data: str | bool) -> None:
    audit.record(uow, actor=actor, action=action, subject=f"bot_training:{subject}", **data)
