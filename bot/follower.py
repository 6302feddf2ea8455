"""Keeps this server's Rasa on the model that is wanted, and says when it is live. One for each server.

What is wanted is a row that every server follows. The first server whose Rasa has loaded the model makes it live;
when it cannot be loaded the wish is given up, with the reason, and everybody stays with the model before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.editing.data import EditedData
from bot.editing.model_files import ModelFiles
from bot.editing.models import BotState, BotTraining
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_service import KEPT_MODELS, SYSTEM, open_training
from bot.switching import LocalRasa
from core import audit
from core.errors import BangbanError, Conflict
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# After a model could not be loaded here that is live elsewhere.
RETRY_SECONDS = 60.0
NOT_STARTED = "新模型没有启动成功，请联系运维人员查看服务器日志。"
# After one could not be loaded at the start: it will not load in a minute either.
LONG_RETRY_SECONDS = 3600.0


@dataclass(frozen=True)
class Wish:
    """What the state row says: the model to run (None: the shipped one), and whether that still has to be settled."""

    training_id: str | None
    choice: int
    settled: bool

    @classmethod
    def of(cls, state: BotState) -> Wish:
        wanted = state.live_id if state.settled else state.wanted_id
        return cls(wanted, state.choice, state.settled)


class Follower:
    """`rasa` None: somebody else runs Rasa, and only the row is kept. `wake_worker`: a training was opened."""

    def __init__(
        self,
        units: UnitOfWorkFactory,
        files: ModelFiles,
        rasa: LocalRasa | None,
        wake_worker: Callable[[], None],
    ) -> None:
        self._units = units
        self._files = files
        self._rasa = rasa
        self._wake_worker = wake_worker
        self._wake = asyncio.Event()
        self._running: str | None = None
        self._retry_at = 0.0
        # The editors' data the running model was trained with: its flows are read from here.
        self.data = EditedData()

    def wake(self) -> None:
        self._wake.set()

    async def first_model(self) -> Path:
        """What this server's Rasa starts with: the live model, else the shipped one. Raises TrainingFailed."""
        async with self._units.read() as session:
            state = await EditingRepository(session).state()
            live = None
            if state.live_id is not None:
                live = await TrainingRepository(session).get(state.live_id)
        if live is not None:
            try:
                path = await self._files.of(live)
            except BangbanError as error:
                log.error("the live model is not there: %s", error.code)
            else:
                self._runs(live)
                return path
        return await self._files.shipped()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            await self.settle_in()
        except Exception:
            log.exception("the bot's first model could not be looked after")
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Exception:
                log.exception("the bot's model could not be looked after")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)

    async def settle_in(self) -> None:
        """After the start: leave a live model that does not load; train anew after an upgrade."""
        async with self._units.read() as session:
            state = await EditingRepository(session).state()
            if state.live_id is None:
                return
            live = await TrainingRepository(session).get(state.live_id)
        answers = self._rasa is None or await self._answers(self._rasa)
        current = await asyncio.to_thread(self._files.shipped_hash)
        if not answers or live.shipped_hash != current:
            await self._train_anew(live, current)

    async def _answers(self, rasa: LocalRasa) -> bool:
        """Whether the live model does; else the shipped one answers, and the page says so."""
        if self._running is not None and await _loads(rasa):
            return True
        log.error("the live model does not load; the shipped one answers meanwhile")
        if self._running is not None:
            await rasa.switch(await self._files.shipped())
            self._runs(None)
        self._retry_at = asyncio.get_running_loop().time() + LONG_RETRY_SECONDS
        async with self._units.write() as uow:
            state = await EditingRepository(uow.session).lock_state()
            state.problem = "选用的模型无法加载，暂由出厂模型回答，编辑添加的内容没有生效。"
        return False

    async def _train_anew(self, live: BotTraining, current: str) -> None:
        """The editors' data as it is live, with the product of today; once for each product."""
        async with self._units.write() as uow:
            repository = TrainingRepository(uow.session)
            for earlier in await repository.newest(None, 20):
                if earlier.cause == "upgrade" and earlier.shipped_hash == current:
                    return
            data = EditedData.model_validate(live.data)
            with suppress(Conflict):
                await open_training(uow, data, cause="upgrade", switch=True, actor=SYSTEM)
        self._wake_worker()

    async def look(self) -> None:
        """Bring the running model in line with the row, once."""
        async with self._units.read() as session:
            wish = Wish.of(await EditingRepository(session).state())
            training = None
            if wish.training_id is not None:
                training = await TrainingRepository(session).get(wish.training_id)
        if self._rasa is None:
            if wish.training_id != self._running:
                self._runs(training)
            if not wish.settled:
                await self._settle(wish, problem="")
            return
        if wish.training_id == self._running:
            if not wish.settled:
                await self._settle(wish, problem="")
            return
        if wish.settled and asyncio.get_running_loop().time() < self._retry_at:
            return
        await self._switch(self._rasa, wish, training)

    async def _switch(self, rasa: LocalRasa, wish: Wish, training: BotTraining | None) -> None:
        try:
            path = await (self._files.of(training) if training else self._files.shipped())
            done = await rasa.switch(path)
        except (BangbanError, OSError) as error:
            # OSError: no room on the disk, no interpreter. Left open, the wish would stand in the way of the next.
            code, problem = type(error).__name__, NOT_STARTED
            if isinstance(error, BangbanError):
                code, problem = error.code, error.message
            log.error("the model could not be switched to: %s", code)
            self._retry_at = asyncio.get_running_loop().time() + RETRY_SECONDS
            if not wish.settled:
                await self._settle(wish, problem=problem)
            return
        log.info(
            "another model answers; turns were held for %.0f ms, %s dialogues go on",
            done.held_seconds * 1000, done.trackers,
        )  # fmt: skip
        self._runs(training)
        if not wish.settled:
            await self._settle(wish, problem="")

    def _runs(self, training: BotTraining | None) -> None:
        self._running = training.id if training else None
        self.data = EditedData.model_validate(training.data) if training else EditedData()

    async def _settle(self, wish: Wish, *, problem: str) -> None:
        """The wish is live, or, with a `problem`, given up; unless another server has said so or the wish changed."""
        async with self._units.write() as uow:
            state = await EditingRepository(uow.session).lock_state()
            if state.settled or state.choice != wish.choice:
                return
            state.settled, state.problem = True, problem
            state.changed_at = uow.clock.now()
            if problem:
                state.wanted_id = state.live_id
                _audit(uow, wish.training_id, state.wanted_by, "bot.switch_given_up")
                return
            await _make_live(uow, state, wish.training_id)
            _audit(uow, wish.training_id, state.wanted_by, "bot.switched")


async def _loads(rasa: LocalRasa) -> bool:
    try:
        await rasa.wait_ready()
    except BangbanError:
        # On a busy machine it may only be slow.
        return rasa.process is not None and rasa.process.pid is not None
    return True


async def _make_live(uow: UnitOfWork, state: BotState, training_id: str | None) -> None:
    """Write down which model is live, and forget the files of old ones."""
    repository = TrainingRepository(uow.session)
    if state.live_id is not None:
        (await repository.get(state.live_id)).state = "ready"
    state.live_id = training_id
    state.problem = ""
    if training_id is not None:
        live = await repository.get(training_id)
        live.state, live.switched_at, live.switched_by = "live", uow.clock.now(), state.wanted_by
    await uow.session.flush()
    await repository.keep_models(KEPT_MODELS, training_id)


def _audit(uow: UnitOfWork, training_id: str | None, actor: str, action: str) -> None:
    audit.record(
        uow, actor=actor, action=action, subject=f"bot_training:{training_id or 'shipped'}"
    )
