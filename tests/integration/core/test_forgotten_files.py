"""What was replaced is in none of SQLite's files any more."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from app.forgetting import LogTrimmer
from core.conversation.schemas import Author, MessageRead
from core.database import Database
from core.events import Event

SECRET = "余额186108元14分"


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_a_replaced_text_is_in_no_file_once_the_log_is_trimmed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}"
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"))
        for number in range(50):
            values = {"id": number, "text": f"{SECRET} " * 200}
            await connection.execute(text("INSERT INTO notes VALUES (:id, :text)"), values)
    assert SECRET.encode() in files(tmp_path)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE notes SET text = '不再显示'"))
    assert SECRET.encode() in files(tmp_path), "the log keeps old pages: the trimmer is needed"
    trimmer = LogTrimmer(url, after_seconds=0)
    await trimmer(_updated())
    assert SECRET.encode() not in files(tmp_path)
    await database.close()


async def test_a_reader_in_the_way_is_no_error(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'a.sqlite3'}"
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (text TEXT)"))
    async with database.reader.connect() as reader:
        await reader.execute(text("SELECT * FROM notes"))
        async with database.engine.begin() as writer:
            await writer.execute(text("INSERT INTO notes VALUES ('a')"))
        assert LogTrimmer(url).trim() is False
    await database.close()


async def test_postgresql_sees_to_itself() -> None:
    await LogTrimmer("postgresql+asyncpg://somewhere/else", after_seconds=0)(_updated())


def _updated() -> Event:
    read = MessageRead.model_validate(
        {
            "id": "m", "conversation_id": "c", "seq": 1, "author": Author(kind="bot"),
            "content": {"type": "text", "text": "不再显示"}, "created_at": "2026-11-23T02:00:00Z",
        }
    )  # fmt: skip
    return Event("message.updated", read)
