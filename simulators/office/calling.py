"""The office's calls to the product: each with the key and an Idempotency-Key, repeated until an answer comes."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx

from simulators.office.state import State

TRIES = 4


class ProductRefused(Exception):
    """The product's own words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(code)


class Product:
    """`api`: such as http://127.0.0.1:8000/api/v1."""

    def __init__(
        self, *, api: str, key: str, http: httpx.AsyncClient, state: State, pause: float = 1.0
    ) -> None:
        self._api, self._key = api.rstrip("/"), key
        self._http, self._state, self._pause = http, state, pause

    async def get(self, ticket_id: str) -> dict[str, Any]:
        return await self._call("GET", f"/tickets/{ticket_id}")

    async def step(self, ticket_id: str, step: str, **body: Any) -> dict[str, Any]:
        return await self._call("POST", f"/tickets/{ticket_id}/{step}", body)

    async def answer(self, ticket_id: str, text: str) -> dict[str, Any]:
        """Take the ticket if nobody has, then answer it: at once, or for a review where the flow has one."""
        ticket = await self.get(ticket_id)
        if "resolve" not in ticket["steps"] and "submit" not in ticket["steps"]:
            ticket = await self.step(ticket_id, "accept", version=ticket["version"])
        step = "resolve" if "resolve" in ticket["steps"] else "submit"
        return await self.step(ticket_id, step, version=ticket["version"], reason=text)

    async def give_back(self, ticket_id: str, reason: str) -> dict[str, Any]:
        ticket = await self.get(ticket_id)
        return await self.step(ticket_id, "return", version=ticket["version"], reason=reason)

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._key}"}
        if body is not None:
            # One for the deed, not one for the try.
            headers["idempotency-key"] = str(uuid.uuid4())
        for left in reversed(range(TRIES)):
            try:
                response = await self._http.request(
                    method, self._api + path, json=body, headers=headers
                )
            except httpx.HTTPError:
                if not left:
                    raise ProductRefused(0, "unreachable", "连不上帮办。") from None
            else:
                deaf = body is not None and self._state.fault("deaf") is not None
                if response.status_code < 500 and response.status_code != 429 and not deaf:
                    return _answer(response)
            await asyncio.sleep(self._pause)
        raise ProductRefused(0, "unreachable", "帮办没有给出回答。")


def _answer(response: httpx.Response) -> dict[str, Any]:
    content: dict[str, Any] = response.json()
    if response.is_success:
        return content
    error = content["error"]
    raise ProductRefused(response.status_code, error["code"], error["message"])
