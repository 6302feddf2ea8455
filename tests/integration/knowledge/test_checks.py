"""What editors check with, over HTTP: why a question is answered, and which wordings of a draft collide."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.clock import FixedClock
from core.errors import BangbanError, NotAuthenticated
from knowledge.articles.regions import Region, Regions, RegionValue
from knowledge.retrieval.collisions import CollisionFinder
from knowledge.retrieval.endpoints import build_router
from knowledge.retrieval.entries import Filters
from knowledge.retrieval.fusion import Signals
from knowledge.retrieval.refresher import IndexBuilder
from knowledge.retrieval.search import Search
from tests.unit.knowledge.tiny import ENTRIES as TINY
from tests.unit.knowledge.tiny import entry

ENTRIES = [
    *TINY,
    entry("fifth", "五级伤残赔多少钱", "鉴定为五级工伤能拿多少", category="工伤"),
    entry("seventh", "七级伤残赔多少钱", "鉴定为七级工伤能拿多少", category="工伤"),
    entry("calm", "坐席怎么安抚着急的市民", internal=True),
]
FILTERS = Filters(frozenset(), date(2026, 11, 23), internal=True)


class Accounts:
    """Knows a token for each role. Stands in for the accounts of core.auth."""

    async def authenticate(self, token: str | None) -> Actor:
        if token not in set(Role):
            raise NotAuthenticated()
        return Actor("1", "wang", "王", Role(token))


@pytest.fixture(scope="module")
def search(cache, analyser) -> Search:
    builder = IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)
    limit = RegionValue(value=150000, unit="分", display="每月1500元", source="示例")
    city = Region("example", "示例市", True, {"rent.monthly": limit})
    return Search(Regions([city]), builder.build(ENTRIES))


@pytest.fixture
async def client(search: Search, clock: FixedClock):
    app = FastAPI()
    app.state.auth = Accounts()
    app.include_router(build_router(search, clock, "example"))

    @app.exception_handler(BangbanError)
    async def answer(_request, error: BangbanError):
        from fastapi.responses import JSONResponse

        return JSONResponse({"error": error.as_dict()}, error.status)

    transport = httpx.ASGITransport(app)
    headers = {"authorization": "Bearer supervisor"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as client:
        yield client


async def test_an_explanation_names_band_thresholds_and_every_signal(client) -> None:
    body = (await client.get("/knowledge/explain", params={"q": "租房可以提取公积金吗"})).json()
    assert body["band"] == "answer"
    assert 0 <= body["thresholds"]["guide"] <= body["thresholds"]["answer"] <= 1
    first = body["candidates"][0]
    assert first["question"] == "租房可以提取公积金吗"
    assert [signal["name"] for signal in first["signals"]] == list(Signals._fields)
    assert {s["name"]: s["value"] for s in first["signals"]}["exact"] == 1
    assert body["contents"][0]["type"] == "answer"


def grades(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Of each candidate that names one, the contrast between grades of disability."""
    return {
        candidate["question"]: contrast
        for candidate in body["candidates"]
        for contrast in candidate["contrasts"]
        if contrast["group"] == "伤残等级"
    }


async def test_an_explanation_names_the_words_that_differ(client) -> None:
    named = grades(
        (await client.get("/knowledge/explain", params={"q": "五级伤残能赔多少"})).json()
    )
    same, other = named["五级伤残赔多少钱"], named["七级伤残赔多少钱"]
    assert (same["offered"], same["differs"]) == (same["asked"], False)
    assert (other["asked"], other["differs"]) == (same["asked"], True)


async def test_an_explanation_names_what_the_citizen_did_not_say(client) -> None:
    named = grades((await client.get("/knowledge/explain", params={"q": "伤残赔多少钱"})).json())
    for contrast in (named["五级伤残赔多少钱"], named["七级伤残赔多少钱"]):
        assert (contrast["asked"], contrast["differs"]) == ([], False)


async def test_a_short_question_leans_on_the_one_before(client) -> None:
    params = {"q": "那要什么材料", "before": "租房可以提取公积金吗"}
    body = (await client.get("/knowledge/explain", params=params)).json()
    assert body["candidates"][0]["question"] == "租房提取公积金需要什么材料"


async def test_regions_and_businesses_can_be_chosen_from(client) -> None:
    body = (await client.get("/knowledge/scope")).json()
    assert body["region"] == "example"
    assert body["regions"] == [{"key": "example", "name": "示例市", "example": True}]
    assert body["businesses"] == ["公积金", "社保"]
    assert body["values"] == [{"name": "rent.monthly", "display": "每月1500元", "source": "示例"}]


@pytest.mark.parametrize("internal", [False, True])
async def test_internal_articles_come_into_question_only_when_asked_for(client, internal) -> None:
    params = {"q": "坐席怎么安抚着急的市民", "internal": internal, "top": 20}
    body = (await client.get("/knowledge/explain", params=params)).json()
    assert (params["q"] in [c["question"] for c in body["candidates"]]) == internal


async def test_a_question_about_nothing_has_no_candidates(client) -> None:
    body = (await client.get("/knowledge/explain", params={"q": "？？？"})).json()
    assert body["band"] == "unknown"
    assert body["candidates"] == []
    assert body["contents"][0]["type"] == "choices"


async def test_a_wording_of_another_article_collides_whatever_its_spelling(client) -> None:
    rent = ENTRIES[0]
    body = {"question": "食堂几点开饭", "similar": [f"请问，{rent.question}？？"]}
    found = (await client.post("/knowledge/collisions", json=body)).json()
    assert [(c["wording"], c["article_id"], c["near"]) for c in found] == [
        (f"请问，{rent.question}？？", rent.article_id, "same")
    ]


async def test_an_article_does_not_collide_with_itself(client) -> None:
    rent = ENTRIES[0]
    body = {"question": rent.question, "similar": list(rent.similar), "article_id": rent.article_id}
    assert (await client.post("/knowledge/collisions", json=body)).json() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"question": "问" * 201}, {"question": "好", "similar": ["问"] * 201}, {"x": 1}],
)
async def test_a_body_that_is_no_article_is_refused(client, body) -> None:
    assert (await client.post("/knowledge/collisions", json=body)).status_code == 422


async def test_what_differs_on_purpose_does_not_collide(client) -> None:
    body = {"question": "六级伤残赔多少钱", "similar": ["鉴定为六级工伤能拿多少"]}
    assert (await client.post("/knowledge/collisions", json=body)).json() == []


async def test_who_may_not_edit_may_not_ask_for_collisions(client) -> None:
    headers = {"authorization": "Bearer agent"}
    response = await client.post("/knowledge/collisions", json={"question": "好"}, headers=headers)
    assert response.status_code == 403


def test_what_was_asked_before_is_not_encoded_again(search: Search) -> None:
    encoded: list[str] = []

    class Counting:
        def __init__(self, encoder):
            self.id, self.dimension, self._encoder = encoder.id, encoder.dimension, encoder

        def encode(self, texts):
            encoded.extend(texts)
            return self._encoder.encode(texts)

    finder, index = CollisionFinder(), search.index
    real, index.encoder = index.encoder, Counting(index.encoder)
    try:
        finder.find(index, ENTRIES[0].wordings, FILTERS, None)
        asked_once = [w for w in encoded if w in set(ENTRIES[0].wordings)]
        encoded.clear()
        finder.find(index, [*ENTRIES[0].wordings, "食堂几点开饭"], FILTERS, None)
    finally:
        index.encoder = real
    assert asked_once
    assert not set(asked_once) & set(encoded)
