"""The phones that text messages reach: what their owners read."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.e2e.product import Product

ARRIVES_SECONDS = 15


async def code_of(product: Product, phone: str) -> str:
    """What the phone shows, as soon as it does; its newest text comes first."""
    url = product.wechat_url.replace("/wechat/", "/sms/phones")
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(ARRIVES_SECONDS):
        while True:
            phones: list[dict[str, Any]] = (await http.get(url)).json()
            texts = [each["texts"][0]["text"] for each in phones if each["phone"] == phone]
            if texts:
                return "".join(sign for sign in texts[0].split("，")[0] if sign.isdigit())
            await asyncio.sleep(0.1)
