"""Which model a server runs: it follows the row, gives up what does not load, trains anew after an upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.editing.data import EditedData
from bot.editing.errors import ModelRefused, ReasonRequired, SwitchOpen
from bot.editing.model_files import ModelFiles
from bot.editing.models import BotState, BotTraining
from bot.editing.repository import EditingRepository
from bot.editing.training_repository import TrainingRepository
from bot.editing.training_service import KEPT_MODELS, TrainingService, open_training
from bot.follower import Follower
from bot.jobs import TrainingWorker
from bot.switching import Switched
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import Unavailable
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.bot.rasa_stand_in import make_root
from tests.integration.bot.test_training_jobs import PARKING

LI = Actor(account_id="li", login="li", name="李", role=Role.SUPERVISOR)


class Rasa:
    """A LocalRasa that loads what it is told to."""

    def __init__(self, broken: set[str] | None = None) -> None:
        self.model: Path | None = None
        self.broken = broken or set()
        self.process = None

    async def wait_ready(self) -> None:
        if self.model is None or self.model.name in self.broken:
            raise Unavailable(part="rasa")

    async def switch(self, model: Path) -> Switched:
        if model.name in self.broken:
            raise Unavailable("Rasa 没有启动成功。", part="rasa")
        self.model = model
        return Switched(0.0, 0)


@pytest.fixture
def files(uow_factory: UnitOfWorkFactory, tmp_path: Path) -> ModelFiles:
    return ModelFiles(uow_factory, tmp_path / "models", dict, make_root(tmp_path / "product"))


@pytest.fixture
def service(uow_factory: UnitOfWorkFactory) -> TrainingService:
    return TrainingService(uow_factory, wake_worker=lambda: None, wake_follower=lambda: None)


def follower(uows: UnitOfWorkFactory, files: ModelFiles, rasa: Any) -> Follower:
    return Follower(uows, files, rasa, lambda: None)


async def trained(
    uows: UnitOfWorkFactory, files: ModelFiles, text: str = "车停哪里"
) -> BotTraining:
    """A training with a model of its own."""
    data = PARKING.model_copy(update={"examples": {"own_parking": [text]}})
    async with uows.write() as uow:
        opened = await open_training(uow, data, cause="editor", switch=False, actor="wang")
    await TrainingWorker(uows, files, lambda: None).work_once()
    async with uows.read() as session:
        return await TrainingRepository(session).get(opened.id)


async def state(uows: UnitOfWorkFactory) -> BotState:
    async with uows.read() as session:
        return await EditingRepository(session).state()


async def all_trainings(uows: UnitOfWorkFactory) -> list[BotTraining]:
    async with uows.read() as session:
        return await TrainingRepository(session).newest(None, 50)


async def test_every_server_follows_and_goes_back_with_the_flows_of_that_time(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    servers = [(r := Rasa(), follower(uow_factory, files, r)) for _ in range(2)]
    await service.switch(training.id, LI, force=False, reason="")
    with pytest.raises(SwitchOpen):
        await service.switch(None, LI, force=False, reason="")
    for rasa, server in servers:
        await server.look()
        assert rasa.model == files.folder / training.model
        assert [intent.name for intent in server.data.intents] == ["own_parking"]
    assert (await state(uow_factory)).live_id == training.id
    assert [t.state for t in await all_trainings(uow_factory)] == ["live"]
    await service.switch(None, LI, force=False, reason="")
    for rasa, server in servers:
        await server.look()
        assert rasa.model != files.folder / training.model
        assert server.data == EditedData()
    [back] = await all_trainings(uow_factory)
    assert (back.state, back.switched_by) == ("ready", "li")


async def test_a_machine_that_starts_no_process_leaves_no_wish_open(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    training = await trained(uow_factory, files)
    rasa = Rasa()

    async def no_room(model: Path) -> Switched:
        raise OSError("no space left on device")

    monkeypatch.setattr(rasa, "switch", no_room)
    await service.switch(training.id, LI, force=False, reason="")
    await follower(uow_factory, files, rasa).look()
    row = await state(uow_factory)
    assert (row.settled, row.live_id) == (True, None)
    assert "没有启动成功" in row.problem
    await service.switch(training.id, LI, force=False, reason="")


async def test_a_model_that_does_not_load_is_given_up(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    rasa = Rasa({training.model})
    server = follower(uow_factory, files, rasa)
    await service.switch(training.id, LI, force=False, reason="")
    await server.look()
    now = await state(uow_factory)
    assert (now.live_id, now.settled, now.problem) == (None, True, "Rasa 没有启动成功。")
    assert server.data == EditedData()


async def test_a_refused_model_needs_force_and_a_reason(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    async with uow_factory.write() as uow:
        (await TrainingRepository(uow.session).get(training.id)).state = "refused"
    with pytest.raises(ModelRefused):
        await service.switch(training.id, LI, force=False, reason="")
    with pytest.raises(ReasonRequired):
        await service.switch(training.id, LI, force=True, reason="")
    await service.switch(training.id, LI, force=True, reason="急用")
    assert (await state(uow_factory)).wanted_id == training.id


async def test_only_the_last_models_are_kept(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    server = follower(uow_factory, files, Rasa())
    for number in range(KEPT_MODELS + 1):
        training = await trained(uow_factory, files, f"第{number}种说法")
        await service.switch(training.id, LI, force=False, reason="")
        await server.look()
    kept = [bool(t.model_sha256) for t in await all_trainings(uow_factory)]
    assert kept == [True] * KEPT_MODELS + [False]


async def test_a_server_starts_with_the_live_model(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    await service.switch(training.id, LI, force=False, reason="")
    await follower(uow_factory, files, Rasa()).look()
    server = follower(uow_factory, files, Rasa())
    assert await server.first_model() == files.folder / training.model
    assert server.data.intents


async def test_after_an_upgrade_the_live_data_is_trained_anew_once(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    await service.switch(training.id, LI, force=False, reason="")
    await follower(uow_factory, files, Rasa()).look()
    (files.root / "config.yml").unlink()
    (files.root / "config.yml").write_text("recipe: default.v1 # of the next version\n")
    rasa = Rasa()
    server = follower(uow_factory, files, rasa)
    rasa.model = await server.first_model()
    assert rasa.model == files.folder / training.model  # the last live one serves meanwhile
    await server.settle_in()
    newest = (await all_trainings(uow_factory))[0]
    assert (newest.cause, newest.state, newest.switch_when_ready) == ("upgrade", "queued", True)
    await TrainingWorker(uow_factory, files, server.wake).work_once()
    await server.look()
    assert (await state(uow_factory)).live_id == newest.id
    # The next start has nothing to do.
    again = follower(uow_factory, files, rasa)
    rasa.model = await again.first_model()
    await again.settle_in()
    assert len(await all_trainings(uow_factory)) == 2


async def test_a_live_model_that_does_not_load_any_more_is_replaced_by_the_shipped_one(
    uow_factory: UnitOfWorkFactory, files: ModelFiles, service: TrainingService
) -> None:
    training = await trained(uow_factory, files)
    await service.switch(training.id, LI, force=False, reason="")
    await follower(uow_factory, files, Rasa()).look()
    rasa = Rasa({training.model})
    server = follower(uow_factory, files, rasa)
    rasa.model = await server.first_model()
    await server.settle_in()
    assert rasa.model == await files.shipped()
    assert server.data == EditedData()
    assert "出厂模型" in (await state(uow_factory)).problem
    assert (await all_trainings(uow_factory))[0].cause == "upgrade"
    # It is not tried again at every look.
    await server.look()
    assert rasa.model == await files.shipped()
