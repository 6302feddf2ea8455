"""Trainings as jobs: progress, gate, cancel, crash, rivals. Rasa's interpreter is a stand-in, all else is real."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.editing import intents, wording
from bot.editing.catalogue import shipped
from bot.editing.data import EditedData, OwnIntent, OwnSentence
from bot.editing.errors import ModelGone, NothingChanged, TrainingOpen
from bot.editing.model_files import ModelFiles
from bot.editing.models import BotTraining
from bot.editing.schemas import IntentCreate, IntentUpdate, ReplyUpdate
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_service import TrainingService, open_training
from bot.jobs import TrainingWorker
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import FixedClock
from core.jobs import LEASE, MAX_ATTEMPTS
from core.processes import wait_until
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.bot.rasa_stand_in import make_root, pids

PARKING = EditedData(
    intents=[
        OwnIntent(name="own_parking", title="停车", means="问停车。", replies=["地下有车库。"])
    ],
    examples={"own_parking": ["车停哪里", "能停车吗", "停车要钱吗", "有车位吗", "车库在哪"]},
    regression=[OwnSentence(text="开车来停哪", intent="own_parking")],
)
WANG = Actor(account_id="wang", login="wang", name="王", role=Role.SUPERVISOR)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_root(tmp_path / "product")


@pytest.fixture
def files(uow_factory: UnitOfWorkFactory, root: Path, tmp_path: Path) -> ModelFiles:
    return ModelFiles(uow_factory, tmp_path / "models", dict, root)


@pytest.fixture
def worker(uow_factory: UnitOfWorkFactory, files: ModelFiles) -> TrainingWorker:
    return TrainingWorker(uow_factory, files, lambda: None)


@pytest.fixture
def service(uow_factory: UnitOfWorkFactory) -> TrainingService:
    return TrainingService(uow_factory, wake_worker=lambda: None, wake_follower=lambda: None)


async def begin(uows: UnitOfWorkFactory, data: EditedData = PARKING) -> str:
    async with uows.write() as uow:
        training = await open_training(uow, data, cause="editor", switch=False, actor="wang")
        return training.id


async def read(uows: UnitOfWorkFactory, training_id: str) -> BotTraining:
    async with uows.read() as session:
        return await TrainingRepository(session).get(training_id)


async def until(
    uows: UnitOfWorkFactory, training_id: str, is_so: Callable[[BotTraining], bool]
) -> None:
    async def reached() -> bool:
        return is_so(await read(uows, training_id))

    assert await wait_until(reached, seconds=20, every=0.02)


async def until_started(root: Path) -> int:
    async def started() -> bool:
        return bool(pids(root))

    assert await wait_until(started, seconds=20, every=0.02)
    return pids(root)[-1]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_training_is_compared_and_its_model_reaches_every_server(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, files: ModelFiles, tmp_path: Path
) -> None:
    training_id = await begin(uow_factory)
    assert await worker.work_once()
    done = await read(uow_factory, training_id)
    assert (done.state, done.step, done.percent, done.slot) == ("ready", "done", 100, None)
    assert done.seconds is not None
    report = done.report or {}
    assert report["passed"]
    assert report["compared"] == len(shipped().regression)
    assert (report["added"], report["added_right"]) == (1, 0)
    assert not await worker.work_once()
    # Another server has an empty folder.
    other = ModelFiles(uow_factory, tmp_path / "other server", dict, files.root)
    copy = await other.of(done)
    assert copy.read_bytes() == (await files.of(done)).read_bytes()


async def test_a_model_that_gets_more_wrong_than_the_running_one_is_refused(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker
) -> None:
    greedy = [sentence.text for sentence in shipped().regression[:5]]
    data = PARKING.model_copy(update={"examples": {"own_parking": greedy}})
    training_id = await begin(uow_factory, data)
    await worker.work_once()
    done = await read(uow_factory, training_id)
    assert done.state == "refused"
    report = done.report or {}
    assert [change["text"] for change in report["worse"]] == greedy
    assert report["after"]["right"] == report["before"]["right"] - 5


async def test_a_cancelled_training_is_ended_at_once(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, service: TrainingService, root: Path
) -> None:
    (root / "hang").touch()
    training_id = await begin(uow_factory)
    working = asyncio.create_task(worker.work_once())
    child = await until_started(root)
    await service.cancel(training_id, WANG)
    assert await asyncio.wait_for(working, 20)
    assert not is_alive(child)
    done = await read(uow_factory, training_id)
    assert (done.state, done.model_sha256, done.slot) == ("cancelled", "", None)
    # There is room for the next one.
    (root / "hang").unlink()
    again = await begin(uow_factory)
    await worker.work_once()
    assert (await read(uow_factory, again)).state == "ready"


async def test_a_killed_training_fails_and_says_so(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, files: ModelFiles, root: Path
) -> None:
    (root / "hang").touch()
    training_id = await begin(uow_factory)
    working = asyncio.create_task(worker.work_once())
    os.kill(await until_started(root), signal.SIGKILL)
    await asyncio.wait_for(working, 20)
    done = await read(uow_factory, training_id)
    assert (done.state, done.error_code, done.slot) == ("failed", "training_failed", None)
    with pytest.raises(ModelGone):
        await files.of(done)


async def test_why_a_training_failed_stands_in_its_log_only(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, root: Path
) -> None:
    (root / "fail").touch()
    training_id = await begin(uow_factory)
    await worker.work_once()
    done = await read(uow_factory, training_id)
    assert done.state == "failed"
    assert "contradict" in done.log
    assert "contradict" not in done.error
    assert "日志" in done.error


async def test_of_two_editors_who_train_at_once_the_second_is_told(
    uow_factory: UnitOfWorkFactory, service: TrainingService
) -> None:
    body = ReplyUpdate(edit=0, variants=["不客气。"])
    async with uow_factory.write() as uow:
        await wording.change_reply(uow, "utter_thanks", body, actor="wang")
    results = await asyncio.gather(
        *(service.start(WANG, switch=False) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(result, BotTraining) for result in results) == 1
    assert sum(isinstance(result, TrainingOpen) for result in results) == 2


async def test_another_server_takes_over_from_one_that_died(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, files: ModelFiles, clock: FixedClock
) -> None:
    training_id = await begin(uow_factory)
    async with uow_factory.write() as uow:
        await TrainingRepository(uow.session).claim("dead server", clock.now(), LEASE)
    assert not await worker.work_once()
    clock.advance(LEASE + timedelta(seconds=1))
    assert await worker.work_once()
    assert (await read(uow_factory, training_id)).state == "ready"
    # Should it not have died but slept: what it writes does not count any more.
    async with uow_factory.write() as uow:
        assert not await TrainingRepository(uow.session).change_mine(
            training_id, "dead server", state="failed"
        )


async def test_a_server_that_stops_leaves_the_training_to_the_next_start(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, root: Path
) -> None:
    (root / "hang").touch()
    training_id = await begin(uow_factory)
    working = asyncio.create_task(worker.work_once())
    child = await until_started(root)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not is_alive(child)
    waiting = await read(uow_factory, training_id)
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    (root / "hang").unlink()
    await worker.work_once()
    assert (await read(uow_factory, training_id)).state == "ready"


async def test_a_training_that_servers_die_of_is_given_up(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, clock: FixedClock, root: Path
) -> None:
    training_id = await begin(uow_factory)
    for _ in range(MAX_ATTEMPTS):
        async with uow_factory.write() as uow:
            await TrainingRepository(uow.session).claim("dies", clock.now(), LEASE)
        clock.advance(LEASE + timedelta(seconds=1))
    await worker.work_once()
    done = await read(uow_factory, training_id)
    assert (done.state, done.error_code) == ("failed", "training_given_up")
    assert pids(root) == []


async def test_what_was_trained_already_is_not_trained_again(
    uow_factory: UnitOfWorkFactory, worker: TrainingWorker, service: TrainingService, root: Path
) -> None:
    create = IntentCreate(
        title="停车",
        means="问停车。",
        replies=["有车库。"],
        examples=PARKING.examples["own_parking"],
    )
    async with uow_factory.write() as uow:
        intent, _ = await intents.create(uow, create, actor="wang")
    with pytest.raises(NothingChanged):
        await service.start(WANG, switch=False)  # it is not active
    update = IntentUpdate(edit=1, title="停车", means="问停车。", replies=["有车库。"], active=True)
    async with uow_factory.write() as uow:
        await intents.change(uow, intent.name, update, actor="wang")
    training = await service.start(WANG, switch=False)
    await worker.work_once()
    with pytest.raises(NothingChanged) as refused:
        await service.start(WANG, switch=False)
    assert refused.value.details["training_id"] == training.id
    # Back to what the model folder still has: no training, only the comparison.
    trained = len(pids(root))
    again = await begin(uow_factory, EditedData.model_validate(training.data))
    await worker.work_once()
    assert (await read(uow_factory, again)).state == "ready"
    assert len(pids(root)) == trained
