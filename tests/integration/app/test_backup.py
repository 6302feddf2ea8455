"""Backup while people talk, restore elsewhere: everything acknowledged before the backup is there again."""

from __future__ import annotations

import asyncio
import os
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.backup import backup, restore
from app.home import HomeInUse, locked
from core.auth.permissions import Role
from core.errors import BangbanError, Conflict, InvalidInput
from core.ids import new_id
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.clients import text_of
from tests.integration.app.site import PASSWORD, running, settings_for


async def _elsewhere(settings: Settings, encoder: Path, home: Path) -> Settings:
    """Settings of another machine: an empty home, and an empty database of the same kind."""
    if settings.database_url.startswith("sqlite"):
        url = f"sqlite+aiosqlite:///{home / 'bangban.sqlite3'}"
    else:
        server, _, name = settings.database_url.rpartition("/")
        engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE IF EXISTS {name}_restored"))
            await connection.execute(text(f"CREATE DATABASE {name}_restored"))
        await engine.dispose()
        url = f"{server}/{name}_restored"
    return settings_for(home, url, encoder)


async def test_a_backup_taken_while_people_talk_brings_everything_back_elsewhere(
    settings: Settings, encoder: Path, builder: IndexBuilder, bot: ScriptedBot, tmp_path: Path
) -> None:
    file = tmp_path / "bangban-backup.tar.gz"
    async with running(settings, builder, bot=bot) as site, site.visitor() as citizen:
        await site.add_account("wang", Role.SUPERVISOR)
        before = [text_of(await citizen.say(f"第{n}句")) for n in range(5)]
        attachments = site.container.knowledge.attachments
        kept = await attachments.keep("申请表.pdf", b"%PDF-1.7 form", actor="test")

        async def go_on() -> None:
            for n in range(5, 25):
                await citizen.say(f"第{n}句")

        talking = asyncio.create_task(go_on())
        await asyncio.to_thread(backup, settings, file)
        await talking
        token = citizen.token
        with pytest.raises(HomeInUse), locked(settings.home):
            # As the command line holds it while serving, and `restore` while it writes.
            restore(settings, file, force=True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "bangban-backup.tar.gz.part" not in os.listdir(tmp_path)

    target = await _elsewhere(settings, encoder, tmp_path / "new home")
    await asyncio.to_thread(restore, target, file, force=False)
    assert os.stat(target.home / "secret_key").st_mode & 0o777 == 0o600
    async with running(target, builder, bot=bot) as again:
        # The token of before is known, the login of before opens, the thread is whole and goes on.
        async with again.visitor(token) as citizen:
            thread = await citizen.thread()
            said = [text_of(m) for m in thread if m["author"]["kind"] == "visitor"]
            assert said[:5] == before
            assert said == [f"第{n}句" for n in range(len(said))]
            assert [m["seq"] for m in thread] == list(range(1, len(thread) + 1))
            await citizen.say("恢复以后")
            await citizen.hear_text("您说：恢复以后")
        pieces = await again.container.knowledge.attachments.open(kept)
        assert [piece async for piece in pieces] == [b"%PDF-1.7 form"]
        body = {"login": "wang", "password": PASSWORD}
        assert (await again.http.post("/api/v1/auth/login", json=body)).status_code == 200


async def test_a_restore_does_not_overwrite_without_being_told(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar.gz"
    async with running(settings, builder, bot=bot) as site, site.visitor() as citizen:
        await citizen.say("备份之前")
        await citizen.hear_text("您说：备份之前")
        await asyncio.to_thread(backup, settings, file)
        await citizen.say("备份之后")
        await citizen.hear_text("您说：备份之后")
    with pytest.raises(BangbanError) as refused:
        await asyncio.to_thread(restore, settings, file, force=False)
    assert refused.value.code in ("conflict", "unavailable")
    async with running(settings, builder, bot=bot) as site, site.visitor(citizen.token) as back:
        assert len(await back.thread()) == 4, "the refused restore changed nothing"
    await asyncio.to_thread(restore, settings, file, force=True)
    async with running(settings, builder, bot=bot) as site, site.visitor(citizen.token) as back:
        assert [text_of(m) for m in await back.thread()] == ["备份之前", "您说：备份之前"]


def test_files_that_are_no_backup_are_refused(tmp_path: Path, encoder: Path) -> None:
    settings = settings_for(tmp_path / "home", "", encoder)
    nothing = tmp_path / "nothing.tar.gz"
    with pytest.raises(InvalidInput):
        backup(settings, nothing)
    assert not nothing.exists()
    for name, content in (("empty", b""), ("text", b"not an archive" * 100)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidInput):
            restore(settings, tmp_path / name, force=False)
    with pytest.raises(InvalidInput):
        restore(settings, tmp_path / "missing", force=False)
    evil = tmp_path / "evil.tar.gz"
    (tmp_path / "payload").write_text("gotcha")
    (tmp_path / "link").symlink_to("/etc/passwd")
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(tmp_path / "payload", "../../escaped")
        archive.add(tmp_path / "payload", f"attachments/../../../{new_id()}")
        archive.add(tmp_path / "link", f"attachments/knowledge/ab/{new_id()}")
    with pytest.raises(InvalidInput):
        restore(settings, evil, force=False)
    assert not (tmp_path.parent / "escaped").exists()
    assert not (settings.home / "bangban.sqlite3").exists()


def test_a_cut_off_backup_is_refused_and_leaves_what_is_there(
    tmp_path: Path, encoder: Path
) -> None:
    settings = settings_for(tmp_path / "home", "", encoder)
    settings.home.mkdir()
    database = settings.home / "bangban.sqlite3"
    database.write_bytes(b"what is there")
    cut = tmp_path / "cut.tar.gz"
    whole = tmp_path / "whole.tar.gz"
    with tarfile.open(whole, "w:gz") as archive:
        archive.add(database, "bangban.sqlite3")
    cut.write_bytes(whole.read_bytes()[:-20])
    for file in (cut, whole):
        with pytest.raises((InvalidInput, Conflict)):
            restore(settings, file, force=True)
    assert database.read_bytes() == b"what is there"
