"""Knowledge over HTTP: searching, listing page by page, reading one article."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import BangbanError, NotAuthenticated
from core.ids import new_id
from knowledge.articles.category_endpoints import build_router as build_categories
from knowledge.articles.endpoints import build_router
from knowledge.articles.regions import Regions
from knowledge.retrieval.refresher import IndexBuilder, Refresher
from knowledge.retrieval.search import Search
from tests.integration.knowledge.kb import content, publish


class OneAccount:
    """Knows one token. Stands in for the accounts of core.auth."""

    async def authenticate(self, token: str | None) -> Actor:
        if token != "good":
            raise NotAuthenticated()
        return Actor("1", "wang", "王", Role.AGENT)


@pytest.fixture
async def client(uow_factory, cache, analyser):
    search = Search(Regions([]))
    for i in range(5):
        await publish(
            uow_factory,
            content(f"公积金问题{i}怎么办"),
            key=f"a-{i}",
            category="公积金/提取" if i % 2 else "公积金/缴存",
        )
    await publish(uow_factory, content("坐席怎么安抚市民", audience="internal"), key="internal")
    await Refresher(
        uow_factory, search, IndexBuilder(encoder="builtin", cache=cache, analyser=analyser)
    ).refresh()
    app = FastAPI()
    app.state.auth = OneAccount()
    app.include_router(build_router(uow_factory, search, "example"))
    app.include_router(build_categories(uow_factory))

    @app.exception_handler(BangbanError)
    async def answer(_request, error: BangbanError):
        from fastapi.responses import JSONResponse

        return JSONResponse({"error": error.as_dict()}, error.status)

    transport = httpx.ASGITransport(app)
    headers = {"authorization": "Bearer good"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as client:
        yield client


async def test_a_search_gives_scores_bands_and_answers(client) -> None:
    body = (
        await client.get("/knowledge/search", params={"q": "公积金问题3怎么办", "top": 2})
    ).json()
    assert body["results"][0]["question"] == "公积金问题3怎么办"
    assert len(body["results"]) == 2
    assert 0 <= body["results"][0]["score"] <= 1
    assert body["band"] == body["results"][0]["band"]


async def test_staff_find_internal_articles(client) -> None:
    body = (await client.get("/knowledge/search", params={"q": "坐席怎么安抚市民"})).json()
    assert body["results"][0]["question"] == "坐席怎么安抚市民"


async def test_the_list_is_read_page_by_page_without_loss(client) -> None:
    seen, after = [], None
    while True:
        params = {"limit": 4} | ({"after": after} if after else {})
        body = (await client.get("/knowledge/articles", params=params)).json()
        seen += [item["key"] for item in body["items"]]
        after = body["next"]
        if after is None:
            break
    assert sorted(seen) == [*(f"a-{i}" for i in range(5)), "internal"]


async def test_the_list_is_filtered_by_category_and_words(client) -> None:
    async def count(**params: str) -> int:
        return len((await client.get("/knowledge/articles", params=params)).json()["items"])

    tree = {c["path"]: c["id"] for c in (await client.get("/knowledge/categories")).json()}
    assert await count(category=tree["公积金/缴存"]) == 3
    assert await count(category=tree["公积金"]) == 6
    assert await count(category=new_id()) == 0
    assert await count(words="公积金 问题3") == 1
    assert await count(words="%") == 0, "a wildcard is a character like others"
    assert await count(words="没有这个词") == 0


async def test_an_article_is_read_with_its_versions(client) -> None:
    item = (await client.get("/knowledge/articles", params={"limit": 1})).json()["items"][0]
    body = (await client.get(f"/knowledge/articles/{item['id']}")).json()
    assert body["key"] == item["key"]
    assert [v["status"] for v in body["versions"]] == ["published"]


WRONG = {
    "/knowledge/search": 422,
    "/knowledge/search?q=": 422,
    "/knowledge/search?q=x&top=0": 422,
    "/knowledge/search?q=x&as_of=soon": 422,
    "/knowledge/search?q=" + "x" * 501: 422,
    "/knowledge/articles?after=1": 422,
    "/knowledge/articles?limit=101": 422,
    "/knowledge/articles?words=" + "+".join("abcdefghi"): 422,
    f"/knowledge/articles/{new_id()}": 404,
}


async def test_wrong_questions_are_refused(client) -> None:
    got = {path: (await client.get(path)).status_code for path in WRONG}
    assert got == WRONG


async def test_nobody_reads_without_logging_in(client) -> None:
    paths = ["/knowledge/search?q=x", "/knowledge/articles", f"/knowledge/articles/{new_id()}"]
    stranger = {"authorization": "Bearer bad"}
    assert [(await client.get(p, headers=stranger)).status_code for p in paths] == [401, 401, 401]
