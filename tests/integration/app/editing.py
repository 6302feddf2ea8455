"""Somebody at the console who writes or reviews articles, by HTTP."""

from __future__ import annotations

from typing import Any

import httpx

CITED = [{"document": "住房公积金管理条例", "clause": "第二十四条"}]


def content(**changes: Any) -> dict[str, Any]:
    return {"question": "停车位能用公积金买吗", "answer_md": "不能。", "citations": CITED} | changes


class Editor:
    """Somebody at the console, by HTTP."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await self._http.request(
            method, f"/api/v1/knowledge{path}", headers=self.headers, **options
        )

    async def do(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        answer = await self.send(method, path, json=body, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, str, Any]:
        answer = await self.send(method, path, json=body)
        error = answer.json()["error"]
        return answer.status_code, error["code"], error["details"]

    async def create(self, **changes: Any) -> Any:
        return await self.do("POST", "/articles", {"content": content(**changes)})

    async def upload(self, data: bytes, name: str = "图.png") -> httpx.Response:
        return await self.send("POST", "/attachments", files={"file": (name, data)})
