"""Somebody at the console who looks after the bot, by HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

PARKING = {
    "title": "停车信息",
    "means": "问办事大厅能不能停车、怎么收费。",
    "replies": ["大厅地下车库可以停车，前两小时免费。"],
}
PARKING_EXAMPLES = [
    "大厅那里好停车不", "开车过去车停哪儿", "你们楼下停车收费吗", "停车场满了怎么办", "车位紧张吗",
]  # fmt: skip


class Console:
    """Somebody at the console, by HTTP, under /api/v1/bot."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self._http.request(
            method, f"/api/v1/bot{path}", headers=self._headers, json=body
        )

    async def do(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.send(method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str, Any]:
        answer = await self.send(method, path, body)
        error = answer.json()["error"]
        return answer.status_code, error["code"], error

    async def parking(self, **changes: Any) -> Any:
        body = PARKING | {"examples": PARKING_EXAMPLES} | changes
        return (await self.do("POST", "/intents", body))["intent"]

    async def activate(self, intent: Any) -> Any:
        return await self.do("PUT", f"/intents/{intent['name']}", update(intent, active=True))


def update(intent: Any, **changes: Any) -> dict[str, Any]:
    kept = {name: intent[name] for name in ("edit", "title", "means", "replies", "active")}
    return kept | {"flow_id": intent["flow"]["id"] if intent["flow"] else None} | changes


async def settled(console: Console, training_id: str, seconds: float = 400) -> Any:
    """The training once it is over, its percentages looked at on the way."""
    path, shown = f"/trainings/{training_id}", [0]
    async with asyncio.timeout(seconds):
        while True:
            training = await console.do("GET", path)
            shown.append(training["percent"])
            if training["state"] not in ("queued", "training", "evaluating"):
                assert shown == sorted(shown)
                return training
            await asyncio.sleep(0.2)


async def live(console: Console, training_id: str | None, seconds: float = 120) -> Any:
    """The models once the switch is over."""
    async with asyncio.timeout(seconds):
        while True:
            models = await console.do("GET", "/models")
            if models["switching"] is None:
                assert models["live"] == training_id, models["problem"]
                return models
            await asyncio.sleep(0.1)
