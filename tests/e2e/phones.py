"""The phones that text messages reach: what their owners read."""

from __future__ import annotations

from typing import Any

import httpx

from tests.e2e.product import Product


async def code_of(product: Product, phone: str) -> str:
    """What the phone shows; its newest text comes first."""
    async with httpx.AsyncClient(trust_env=False) as http:
        url = product.wechat_url.replace("/wechat/", "/sms/phones")
        phones: list[dict[str, Any]] = (await http.get(url)).json()
    text = next(each["texts"][0]["text"] for each in phones if each["phone"] == phone)
    return "".join(sign for sign in text.split("，")[0] if sign.isdigit())
