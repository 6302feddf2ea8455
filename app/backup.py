"""Backup and restore of all state in one file: database, attachments, signing key. Index and models are rebuilt."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url

from app.home import locked
from core.clock import SystemClock
from core.conversation import repository
from core.database import Database
from core.errors import Conflict, InvalidInput, Unavailable
from core.settings import Settings
from core.storage.opening import open_store
from core.unit_of_work import UnitOfWorkFactory

FORMAT = 1
MANIFEST, KEY, SQLITE, DUMP = "manifest.json", "secret_key", "bangban.sqlite3", "bangban.dump"
# Kept files (core/storage/local.py): attachments/<whose>/<last two digits>/<id>, with small pictures beside them.
ATTACHMENTS = "attachments"
_ATTACHMENT = re.compile(rf"{ATTACHMENTS}/[a-z]+/[0-9a-f]{{2}}/[0-9a-f-]{{36}}(?:\.small)?")


def sqlite_path(url: str) -> Path | None:
    """The database file of an SQLite address, None for other databases."""
    parsed = make_url(url)
    return (
        Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
    )


def _postgres_address(url: str) -> str:
    """For a command line, which everybody on the machine can read: without the password."""
    parsed = make_url(url)
    return URL.create(
        "postgresql", username=parsed.username, host=parsed.host, port=parsed.port,
        database=parsed.database, query=parsed.query,
    ).render_as_string()  # fmt: skip


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"找不到 {name}，请先安装 PostgreSQL 客户端。", part=name)
    return found


def _run(command: list[str], what: str, *, url: str) -> None:
    """Run a PostgreSQL tool on the database `url`; the password goes by the environment."""
    password = make_url(url).password
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    if done.returncode != 0:
        raise Unavailable(f"{what}失败。", part=Path(command[0]).name, status=done.returncode)


def files_elsewhere(settings: Settings) -> str:
    """The bucket that keeps the attachments, which no backup has in it; "" for a folder, which every backup has."""
    if settings.file_store == "local":
        return ""
    prefix = settings.s3_prefix.strip("/")
    return f"s3://{settings.s3_bucket}/{prefix}".rstrip("/")


def backup(settings: Settings, file: Path) -> None:
    """Write everything to `file`, readable by its owner only. Safe while running: databases give a snapshot.

    Files in an object store stay there: it has versions and copies of its own. The manifest says where they are.
    """
    url = settings.resolved_database_url
    source = sqlite_path(url)
    with tempfile.TemporaryDirectory() as folder:
        if source is not None:
            if not source.is_file():
                raise InvalidInput("还没有数据库，没有可备份的内容。", path=str(source))
            copy = Path(folder) / SQLITE
            with sqlite3.connect(source) as live, sqlite3.connect(copy) as target:
                live.backup(target)
            live.close()
            target.close()
        else:
            copy = Path(folder) / DUMP
            _run(
                [_tool("pg_dump"), "--format=custom", f"--file={copy}", _postgres_address(url)],
                "数据库导出",
                url=url,
            )
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(),
            "database": copy.name,
            "files": files_elsewhere(settings),
        }
        partial = file.with_name(file.name + ".part")
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w:gz") as archive:
            _add_text(archive, MANIFEST, json.dumps(manifest))
            _add_text(archive, KEY, settings.load_secret_key())
            archive.add(copy, copy.name)
            # After the database: whatever it names was stored before.
            if settings.file_store == "local":
                _add_attachments(archive, settings.resolved_attachment_dir)
        # Only a whole backup bears the name that was asked for.
        partial.replace(file)


def _add_attachments(archive: tarfile.TarFile, source: Path) -> None:
    for path in sorted(source.glob("*/??/*")):
        name = f"{ATTACHMENTS}/{path.relative_to(source).as_posix()}"
        if _ATTACHMENT.fullmatch(name):
            # One that nothing shows any more may be deleted at this moment.
            with contextlib.suppress(FileNotFoundError):
                archive.add(path, name, recursive=False)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    data = text.encode()
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


def restore(settings: Settings, file: Path, *, force: bool) -> str:
    """Put back what `backup` wrote. Refuses while a server runs, and over existing data unless `force`.

    Returns where the attachments are that the backup does not hold (files_elsewhere), "" when it holds them.
    """
    with locked(settings.home), tempfile.TemporaryDirectory() as folder:
        manifest = _unpack(file, Path(folder))
        target = sqlite_path(settings.resolved_database_url)
        if (target is not None) != (manifest["database"] == SQLITE):
            raise InvalidInput(
                "备份文件的数据库类型和当前设置不一样。", database=manifest["database"]
            )
        if target is not None:
            if target.exists() and not force:
                raise Conflict("数据目录里已有数据库；确认要覆盖请加 --force。", path=str(target))
            target.parent.mkdir(parents=True, exist_ok=True)
            for leftover in ("-wal", "-shm"):
                Path(f"{target}{leftover}").unlink(missing_ok=True)
            shutil.copy(Path(folder) / SQLITE, target)
        else:
            options = ["--clean", "--if-exists"] if force else []
            address = _postgres_address(settings.resolved_database_url)
            command = [
                _tool("pg_restore"),
                "--no-owner",
                "--single-transaction",
                *options,
                f"--dbname={address}",
            ]
            dump = str(Path(folder) / DUMP)
            _run([*command, dump], "数据库导入", url=settings.resolved_database_url)
        kept = sorted((Path(folder) / ATTACHMENTS).glob("*/??/*"))
        asyncio.run(_put_back(settings, kept))
        asyncio.run(_let_go(settings.resolved_database_url))
        key = settings.home / KEY
        key.write_text((Path(folder) / KEY).read_text("ascii"), "ascii")
        key.chmod(0o600)
        return str(manifest.get("files", ""))


async def _put_back(settings: Settings, kept: list[Path]) -> None:
    """The attachments into the store of the settings, which need not be of the kind they come from."""
    for path in kept:
        with path.open("rb") as file:
            await open_store(settings, path.parent.parent.name).copy(path.name, file)


async def _let_go(url: str) -> None:
    """Nobody works on the bot turns any more that were under way while the backup was made."""
    database = Database(url)
    try:
        async with UnitOfWorkFactory(database, SystemClock()).write() as uow:
            await repository.drop_turn_leases(uow.session)
    finally:
        await database.close()


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Take out the members we know, and only those: an archive from elsewhere must not write where it likes."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            known = (MANIFEST, KEY, SQLITE, DUMP)
            for member in archive.getmembers():
                wanted = member.name in known or _ATTACHMENT.fullmatch(member.name)
                if wanted and member.isfile():
                    archive.extract(member, folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        complete = (folder / KEY).is_file() and (folder / manifest["database"]).is_file()
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise InvalidInput("这不是完整的帮办备份文件。", reason=type(error).__name__) from None
    if manifest.get("format") != FORMAT or not complete:
        raise InvalidInput("这个备份文件的格式不对或不完整。")
    return manifest
