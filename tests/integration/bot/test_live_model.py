"""`bangban train --live`: the model the editors have chosen, for whoever runs Rasa themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing import live, model_files
from bot.editing.model_files import ModelFiles
from bot.editing.training_service import TrainingService
from bot.follower import Follower
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.bot.rasa_stand_in import make_root
from tests.integration.bot.test_follower import LI, trained


async def test_it_is_fetched_from_the_database(
    uow_factory: UnitOfWorkFactory,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = make_root(tmp_path / "product")
    monkeypatch.setattr(model_files.ModelFiles.__init__, "__defaults__", (root,))
    files = ModelFiles(uow_factory, tmp_path / "server", dict)
    settings = Settings(_env_file=None, database_url=database_url, model_dir=tmp_path / "operator")  # type: ignore[call-arg]
    before = await live.live_model(settings, dict)
    assert before.name.startswith("bangban-")
    assert "own" not in before.name
    training = await trained(uow_factory, files)
    service = TrainingService(uow_factory, wake_worker=lambda: None, wake_follower=lambda: None)
    await service.switch(training.id, LI, force=False, reason="")
    # Nobody here runs Rasa: the wish is recorded as live at once.
    await Follower(uow_factory, files, None, lambda: None).look()
    chosen = await live.live_model(settings, dict)
    assert chosen == tmp_path / "operator" / training.model
    assert chosen.read_bytes() == (tmp_path / "server" / training.model).read_bytes()
