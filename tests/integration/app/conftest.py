"""Whole servers for the tests of this folder: a scripted bot, real everything else, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from core.auth import passwords
from core.auth.permissions import Role
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.clients import VisitorClient
from tests.integration.app.editing import Editor
from tests.integration.app.encoder import write_encoder
from tests.integration.app.site import Site, running, settings_for


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("knowledge") / "encoder")


@pytest.fixture(scope="session")
def builder(encoder: Path) -> IndexBuilder:
    return IndexBuilder(encoder=str(encoder), cache=encoder.parent / "cache" / "knowledge")


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hashing is slow on purpose; a server in a test need not resist anybody."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "_DUMMY", quick.hash("nobody's password"))
        yield


@pytest.fixture
def settings(tmp_path: Path, database_url: str, encoder: Path) -> Settings:
    return settings_for(tmp_path / "home", database_url, encoder)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
async def site(settings: Settings, builder: IndexBuilder, bot: ScriptedBot) -> AsyncIterator[Site]:
    async with running(settings, builder, bot=bot) as site:
        yield site


@pytest.fixture
async def wang(site: Site) -> Editor:
    await site.add_account("wang", Role.EDITOR, "王编辑")
    return Editor(site.http, await site.log_in("wang"))


@pytest.fixture
async def li(site: Site) -> Editor:
    await site.add_account("li", Role.SUPERVISOR, "李班长")
    return Editor(site.http, await site.log_in("li"))


@pytest.fixture
async def stranger(site: Site) -> Editor:
    return Editor(site.http, "")


@pytest.fixture
async def citizen(site: Site) -> AsyncIterator[VisitorClient]:
    """A citizen's open window."""
    async with site.visitor() as citizen:
        yield citizen
