"""The scripted conversations of tests/data/dialogues, interruptions and all, with the whole product."""

from __future__ import annotations

import httpx

from tests.e2e.product import Product
from tests.e2e.talks import Fund, hold_all, read_talks

# The share of conversations that must come to their end as written.
SUCCESS = 0.95


async def test_citizens_get_done_what_they_came_for(product: Product) -> None:
    talks = read_talks()
    async with httpx.AsyncClient(trust_env=False) as http:
        fund = Fund(product.fund_url, http)
        results = await hold_all(product.url, fund, talks)
    wrong = [result.wrong for result in results if result.wrong]
    assert len(results) == len(talks) > 0
    assert 1 - len(wrong) / len(results) >= SUCCESS, "\n\n".join(wrong)
