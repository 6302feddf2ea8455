"""`bangban ask`: one turn through the whole bot as a citizen would get it, without a browser."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from core.conversation.content import CONTENT, Citation, plain_text
from core.errors import InvalidInput
from core.settings import Settings

# Nobody may answer for long: said instead of waiting.
WAITING = {"queued": "（正在排队等人工）", "assigned": "（正在由坐席接待）"}
SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")


def ask(
    text: Annotated[str, typer.Argument(help="要说的话")],
    session: Annotated[
        str | None, typer.Option(help="会话名：同一个名字接着上次的对话；不给就是新会话")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """向机器人说一句话，看市民会得到什么。服务没在运行时会临时启动一份。"""
    from app.logs import configure
    from app.one_turn import converse

    settings = Settings()
    configure("ERROR")
    if session is not None and not SESSION.fullmatch(session):
        raise InvalidInput("会话名只能用字母、数字、下划线和短横线。", field="session")
    memory = settings.home / "ask" / f"{session}.json" if session else None
    turn = asyncio.run(converse(settings, text, token=_recall(memory)))
    if memory is not None:
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_text(json.dumps({"token": turn.token}))
    if as_json:
        print(json.dumps({"status": turn.status, "replies": turn.replies}, ensure_ascii=False))
    else:
        for content in turn.replies:
            _show(content)
        if turn.status in WAITING:
            print(WAITING[turn.status])


def _recall(memory: Path | None) -> str | None:
    if memory is None or not memory.is_file():
        return None
    token: str = json.loads(memory.read_text())["token"]
    return token


def _show(content: dict[str, Any]) -> None:
    print(plain_text(CONTENT.validate_python(content)))
    for citation in content.get("citations", []):
        print(f"  依据：{Citation.model_validate(citation)}")
    for choice in content.get("choices", []):
        print(f"  · {choice['label']}")
    for question in content.get("next", []):
        print(f"  还可以问：{question}")
    print()
