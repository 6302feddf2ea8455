"""Works on trainings: writes the project, trains it, compares it with the running model. Survives restarts and cancels.

The state is in rows: core/jobs.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.editing.catalogue import shipped
from bot.editing.data import EditedData, OwnSentence
from bot.editing.gate import Comparison, compare
from bot.editing.model_files import ModelFiles
from bot.editing.models import BotTraining
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_service import KEPT_MODELS, want
from bot.project import compose
from bot.workshop import Workshop
from core.errors import BangbanError, Conflict
from core.ids import new_id
from core.jobs import LEASE, MAX_ATTEMPTS, Lost, work_forever
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# Where each step begins, in percent of the whole; measured once, they only have to look right.
TRAINED, BEFORE_ASKED, COMPARED = 70, 85, 99
FIRST_TRAINING_SECONDS = 90.0


class TrainingGivenUp(BangbanError):
    code, default_message = "training_given_up", "训练多次中断，已停止。"


class TrainingWorker:
    """One for each server; `app` runs `run()` beside the requests. `on_wanted`: a model is to go live."""

    def __init__(
        self, units: UnitOfWorkFactory, files: ModelFiles, on_wanted: Callable[[], None]
    ) -> None:
        self._units = units
        self._root = files.root
        self._files = files
        self._on_wanted = on_wanted
        self.holder = new_id()
        self._wake = asyncio.Event()
        self._expected = FIRST_TRAINING_SECONDS

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        await work_forever(self.work_once, self._wake, "trainings")

    async def work_once(self) -> bool:
        """Work on the open training to its end; says whether there was one."""
        async with self._units.read() as session:
            if not await TrainingRepository(session).is_waiting(self._units.clock.now()):
                return False
        async with self._units.write() as uow:
            job = await TrainingRepository(uow.session).claim(self.holder, uow.clock.now(), LEASE)
        if job is None:
            return False
        with tempfile.TemporaryDirectory(prefix="bangban-training-") as folder:
            workshop = Workshop(self._root, Path(folder))
            try:
                if job.attempts > MAX_ATTEMPTS:
                    raise TrainingGivenUp
                await self._work(job, workshop)
            except Lost:
                log.info("training %s was cancelled or taken over", job.id)
            except BangbanError as error:
                await self._fail(job, workshop, error.code, error.message)
            except asyncio.CancelledError:
                # The server stops: another one, or this one after its restart, need not wait for the lease.
                await self._release(job)
                raise
            except Exception:
                log.exception("training %s failed", job.id)
                await self._fail(job, workshop, "internal", "训练时系统出错，没有得到模型。")
        return True

    async def _work(self, job: BotTraining, workshop: Workshop) -> None:
        data = EditedData.model_validate(job.data)
        shipped_hash = await asyncio.to_thread(self._files.shipped_hash)
        project = await asyncio.to_thread(
            lambda: compose(self._root, self._files.wordings(), data, shipped())
        )
        model = self._files.folder / project.model_name
        await self._write(
            job, step="training", percent=2, model=model.name, shipped_hash=shipped_hash
        )
        seconds = None
        if not model.exists():
            seconds = await workshop.train(
                project, model, expected=self._expected,
                progress=lambda share: self._tell(job, 2 + share * (TRAINED - 2)),
            )  # fmt: skip
            self._expected = seconds
        await self._write(
            job, state="evaluating", step="evaluating", percent=TRAINED, seconds=seconds
        )
        report = await self._compare(job, workshop, model, data)
        await self._finish(job, workshop, model, report)

    async def _compare(
        self, job: BotTraining, workshop: Workshop, model: Path, data: EditedData
    ) -> Comparison:
        sentences = [OwnSentence(text=s.text, intent=s.intent) for s in shipped().regression]
        sentences += data.regression
        texts = [sentence.text for sentence in sentences]
        running, known = await self._running()
        after = await workshop.parse(
            model, texts,
            progress=lambda share: self._tell(job, TRAINED + share * (BEFORE_ASKED - TRAINED)),
        )  # fmt: skip
        before = await workshop.parse(
            running, texts,
            progress=lambda share: self._tell(
                job, BEFORE_ASKED + share * (COMPARED - BEFORE_ASKED)
            ),
        )  # fmt: skip
        await self._write(job, step="comparing", percent=COMPARED)
        return compare(
            sentences,
            [str(parsed["intent"]) for parsed in before],
            [str(parsed["intent"]) for parsed in after],
            known,
        )

    async def _running(self) -> tuple[Path, frozenset[str]]:
        """The live model and the intents it knows."""
        names = frozenset(shipped().intents)
        async with self._units.read() as session:
            state = await EditingRepository(session).state()
            if state.live_id is None:
                return await self._files.shipped(), names
            live = await TrainingRepository(session).get(state.live_id)
        own = EditedData.model_validate(live.data).intents
        return await self._files.of(live), names | {intent.name for intent in own}

    async def _finish(
        self, job: BotTraining, workshop: Workshop, model: Path, report: Comparison
    ) -> None:
        content = await asyncio.to_thread(model.read_bytes)
        switching = report.passed and job.switch_when_ready
        async with self._units.write() as uow:
            repository = TrainingRepository(uow.session)
            await self._mine(
                repository, job, state="ready" if report.passed else "refused", step="done", slot=None,
                percent=100, report=report.model_dump(mode="json"), log=workshop.log(),
                model_sha256=hashlib.sha256(content).hexdigest(), lease_holder=None, lease_until=None,
            )  # fmt: skip
            await repository.store_model(job.id, content)
            state = await EditingRepository(uow.session).lock_state()
            await repository.keep_models(KEPT_MODELS, state.live_id)
            if switching:
                # Somebody is switching right now: this one waits for a click.
                with suppress(Conflict):
                    await want(uow, job.id, by=job.created_by)
        if switching:
            self._on_wanted()

    # ---- what is written, as long as it is ours ------------------------------------------------------------------

    async def _tell(self, job: BotTraining, percent: float) -> None:
        """Keep the lease, show the progress; Lost when the training was cancelled."""
        now = self._units.clock.now()
        if job.lease_until is not None and job.lease_until - now > LEASE * 0.95:
            async with self._units.read() as session:
                if not await TrainingRepository(session).is_mine(job.id, self.holder):
                    raise Lost
            return
        await self._write(job, percent=int(percent))

    async def _write(self, job: BotTraining, **values: Any) -> None:
        async with self._units.write() as uow:
            await self._mine(TrainingRepository(uow.session), job, **values)

    async def _mine(self, repository: TrainingRepository, job: BotTraining, **values: Any) -> None:
        """Change it and lengthen the lease. Raises Lost, which undoes the whole transaction."""
        now = self._units.clock.now()
        values = {"lease_until": now + LEASE, "updated_at": now} | values
        if not await repository.change_mine(job.id, self.holder, **values):
            raise Lost
        job.lease_until = values["lease_until"]

    async def _fail(self, job: BotTraining, workshop: Workshop, code: str, message: str) -> None:
        with suppress(Lost):
            await self._write(
                job, state="failed", step="done", slot=None, error_code=code, error=message[:1000],
                log=workshop.log(), lease_holder=None, lease_until=None,
            )  # fmt: skip

    async def _release(self, job: BotTraining) -> None:
        with suppress(Lost):
            # Not an attempt that failed: it was told to stop.
            await self._write(
                job, state="queued", step="waiting", attempts=job.attempts - 1, lease_holder=None,
                lease_until=None,
            )  # fmt: skip
