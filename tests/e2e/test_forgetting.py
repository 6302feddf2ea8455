"""After a whole query and its end, nothing of it is in any file of the product: database, its log, all logs."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from tenacity import AsyncRetrying, stop_after_delay, wait_fixed

from tests.e2e.product import Product
from tests.e2e.talks import Fund
from tests.integration.app.clients import VisitorClient, text_of

# Till the database's log is emptied (app/forgetting.py), on a busy machine.
PATIENCE_SECONDS = 30


async def test_a_query_leaves_nothing_behind(product: Product) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        fund = Fund(product.fund_url, http)
        person = await fund.person(40)
        async with VisitorClient(product.url) as citizen:
            await _say(citizen, "查一下我的公积金余额")
            await _say(citizen, f"我叫{person['name']}，身份证{person['id_number']}")
            code = await fund.code(person)
            shown = await _say(citizen, code)
            amount = re.search(r"余额是([\d,.]+)元", shown)
            assert amount, shown
            secrets = [person["id_number"], code, f"{amount[1]}元"]
            assert await _say(citizen, "退出登录") == "好的，身份核验已退出，下次查询需要重新核验。"
            page = await citizen.call("list_messages")
    texts = "\n".join(text_of(message) for message in page["messages"])
    assert "个人信息已过查看时间" in texts
    assert [secret for secret in secrets if secret in texts] == []
    patience = AsyncRetrying(
        stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(0.2), reraise=True
    )
    async for attempt in patience:
        with attempt:
            assert _found(product.folder, secrets) == {}


async def _say(citizen: VisitorClient, text: str) -> str:
    """The bot's answer to `text`."""
    stored = await citizen.say(text)
    await citizen.hear(
        "message.created",
        lambda m: m["seq"] > stored["seq"] and m["author"]["kind"] == "bot",
    )
    page = await citizen.call("list_messages", after_seq=stored["seq"])
    return "\n".join(text_of(row) for row in page["messages"] if row["author"]["kind"] == "bot")


def _found(folder: Path, secrets: list[str]) -> dict[str, list[str]]:
    """Which files hold which of the secrets."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and "encoder" not in path.parts:
            content = path.read_bytes()
            held = [secret for secret in secrets if secret.encode() in content]
            found |= {path.name: held} if held else {}
    return found
