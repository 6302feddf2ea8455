"""The learning loop through a whole server: an unknown question becomes an answer, hot questions reach the citizen.

The bot is the server's own end without Rasa, which answers from the knowledge base.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from core.auth.permissions import Role
from core.ids import new_id
from core.settings import Settings
from core.timers.models import Lease
from knowledge.articles import service
from knowledge.articles.schemas import ArticleContent
from knowledge.retrieval.refresher import IndexBuilder
from tests.integration.app.site import Site, on_sqlite, running

PARKING = ["大厅有停车场吗", "大厅的停车场收费吗", "你们大厅有没有停车场呀"]
RENT, BALANCE = "租房可以提取公积金吗", "怎么查询公积金余额"
API = "/api/v1/knowledge"


@pytest.fixture
async def site(settings: Settings, builder: IndexBuilder) -> AsyncIterator[Site]:
    async with running(settings, builder) as site:
        yield site


class Editor:
    """An editor at the HTTP door."""

    def __init__(self, site: Site, token: str) -> None:
        self._site = site
        self._headers = {"authorization": f"Bearer {token}"}

    @classmethod
    async def named(cls, site: Site, login: str, role: Role = Role.SUPERVISOR) -> Editor:
        await site.add_account(login, role)
        return cls(site, await site.log_in(login))

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self._site.http.request(method, API + path, json=body, headers=self._headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str) -> Any:
        return await self.ask("GET", path)

    async def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        return await self.ask("POST", path, body if body is not None else {}, status)


async def answer_to(site: Site, text: str) -> dict[str, Any]:
    """What a citizen who comes for the first time is answered."""
    async with site.visitor() as citizen:
        await citizen.say(text)
        message = await citizen.hear("message.created", lambda m: m["author"]["kind"] == "bot")
    content: dict[str, Any] = message["content"]
    return content


async def learn(site: Site) -> None:
    """What the jobs do by themselves within a minute."""
    await site.container.knowledge.recorder.catch_up()
    await site.container.knowledge.clustering.refresh()


async def clusters(editor: Editor, state: str = "open") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await editor.get(f"/questions/unknown?state={state}"))["items"]
    return items


async def test_an_unknown_question_is_clustered_drafted_published_and_then_answered(
    site: Site,
) -> None:
    for text in PARKING:
        assert (await answer_to(site, text))["type"] != "answer"
    await learn(site)
    wang, li = await Editor.named(site, "wang"), await Editor.named(site, "li")

    [cluster] = await clusters(wang)
    assert sorted(cluster["examples"]) == sorted(PARKING)
    assert (cluster["size"], cluster["recent"], sum(cluster["trend"])) == (3, 3, 3)

    drafted = await wang.post(f"/questions/clusters/{cluster['id']}/draft")
    again = await li.post(f"/questions/clusters/{cluster['id']}/draft")
    assert (again["article_id"], again["version_id"]) == (
        drafted["article_id"],
        drafted["version_id"],
    )
    article = await wang.get(f"/articles/{drafted['article_id']}")
    [version] = article["versions"]
    assert {version["question"], *version["similar"]} == set(PARKING)
    assert (version["status"], version["created_by"]) == ("draft", version["created_by"])

    fields = (
        "question", "similar", "business", "region", "audience", "next", "tags", "variants", "attachments",
        "effective_from", "effective_to",
    )  # fmt: skip
    content = {name: version[name] for name in fields}
    content["answer_md"] = "有停车场，凭办事号免费停两小时。"
    content["citations"] = [{"document": "大厅管理办法"}]
    body = {"edit": version["edit"], "content": content}
    await wang.ask("PUT", f"/versions/{version['id']}", body)
    await wang.post(f"/versions/{version['id']}/submit")
    await wang.post(f"/versions/{version['id']}/publish", status=403)
    await li.post(f"/versions/{version['id']}/publish")
    await site.container.knowledge.refresher.refresh()

    for text in PARKING:
        answer = await answer_to(site, text)
        assert (answer["type"], answer["article_id"]) == ("answer", drafted["article_id"])
    await learn(site)
    assert await clusters(wang) == []
    [done] = await clusters(wang, "drafted")
    assert (done["id"], done["size"], done["since_decided"]) == (cluster["id"], 3, 0)
    assert done["article"]["id"] == drafted["article_id"]


@on_sqlite
async def test_decisions_survive_new_questions_and_two_editors(site: Site) -> None:
    wang, li = await Editor.named(site, "wang"), await Editor.named(site, "li")
    for text in (*PARKING, "红烧肉要放几勺糖才好吃", "红烧肉放多少糖好吃呢"):
        await answer_to(site, text)
    await learn(site)
    parking, meat = await clusters(wang)
    await wang.post(f"/questions/clusters/{meat['id']}/dismiss")
    await wang.post(f"/questions/clusters/{meat['id']}/dismiss")
    refused = await li.post(f"/questions/clusters/{meat['id']}/adopt",
                            {"article_id": new_id(), "wordings": ["红烧肉"]}, status=404)  # fmt: skip
    assert refused["error"]["code"] == "not_found"
    for text in ("红烧肉要放几勺糖呢", "大厅停车场有几个车位"):
        await answer_to(site, text)
    await learn(site)
    [still] = await clusters(wang, "dismissed")
    assert (still["id"], still["size"], still["since_decided"]) == (meat["id"], 3, 1)
    [open_] = await clusters(wang)
    assert (open_["id"], open_["size"]) == (parking["id"], 4)
    await li.post(f"/questions/clusters/{meat['id']}/reopen")
    assert {c["id"] for c in await clusters(wang)} == {parking["id"], meat["id"]}


@on_sqlite
async def test_wordings_are_added_to_an_article_as_a_draft_with_a_warning(site: Site) -> None:
    wang, li = await Editor.named(site, "wang"), await Editor.named(site, "li")
    for text in PARKING:
        await answer_to(site, text)
    await learn(site)
    [cluster] = await clusters(wang)
    articles = {a["question"]: a["id"] for a in (await wang.get("/articles"))["items"]}
    way = f"/questions/clusters/{cluster['id']}"
    wanted = {"article_id": articles[BALANCE], "wordings": [PARKING[0], RENT]}
    done = await wang.post(f"{way}/adopt", wanted)
    assert done["added"] == [PARKING[0], RENT]
    assert [(c["wording"], c["question"]) for c in done["collisions"]] == [(RENT, RENT)]
    again = await li.post(f"{way}/adopt", wanted)
    assert (again["version_id"], again["added"]) == (done["version_id"], [])
    more = await li.post(f"{way}/adopt", wanted | {"wordings": [PARKING[1]]})
    assert (more["version_id"], more["added"]) == (done["version_id"], [PARKING[1]])
    newest = (await wang.get(f"/articles/{articles[BALANCE]}"))["versions"][0]
    assert newest["status"] == "draft"
    assert newest["similar"][-3:] == [PARKING[0], RENT, PARKING[1]]
    other = await li.post(f"{way}/adopt", wanted | {"article_id": articles[RENT]}, status=409)
    assert other["error"]["code"] == "cluster_decided"
    refused = await li.post(f"{way}/dismiss", status=409)
    assert refused["error"]["details"]["article_id"] == articles[BALANCE]
    for wordings in ([], ["一"], ["长" * 201]):
        await li.post(f"{way}/adopt", wanted | {"wordings": wordings}, status=422)
    gone = await li.post(f"/questions/clusters/{new_id()}/dismiss", status=404)
    assert gone["error"]["code"] == "cluster_gone"


async def test_questions_are_listed_counted_and_filtered(site: Site) -> None:
    wang = await Editor.named(site, "wang")
    async with site.visitor() as citizen:
        await citizen.say(RENT)
        answer = await citizen.hear("message.created", lambda m: m["author"]["kind"] == "bot")
        await citizen.call("answer_feedback", message_id=answer["id"], helpful=False)
        page = await citizen.call("list_messages")
        assert [m["helpful"] for m in page["messages"]] == [None, False]
    await answer_to(site, PARKING[0])
    await site.container.knowledge.recorder.catch_up()
    listed = await wang.get("/questions")
    assert [q["text"] for q in listed["items"]] == [PARKING[0], RENT]
    for query, texts in (
        ("band=answer", [RENT]), ("band=unknown", [PARKING[0]]), ("helpful=false", [RENT]),
        ("handed_off=true", []), ("words=停车 大厅", [PARKING[0]]), ("words=停车 租房", []),
        ("source=agent", []), ("last=2020-01-01", []), ("inbox=web&limit=1", [PARKING[0]]),
    ):  # fmt: skip
        found = (await wang.get(f"/questions?{query}"))["items"]
        assert [q["text"] for q in found] == texts, query
    today = (await wang.get("/questions/days"))[-1]
    assert (today["answer"], today["unknown"], today["unhelpful"]) == (1, 1, 1)
    for query in ("first=2020-01-01&last=2026-01-01", "first=2026-01-02&last=2026-01-01"):
        await wang.ask("GET", f"/questions/days?{query}", status=422)
    assert len(await wang.get("/questions/days?last=0001-01-03")) == 3
    agent = await Editor.named(site, "zhao", Role.AGENT)
    await agent.ask("GET", "/questions", status=403)


async def test_pins_come_first_and_reach_open_widgets_at_once(site: Site) -> None:
    wang = await Editor.named(site, "wang")
    for _ in range(2):
        await answer_to(site, BALANCE)
    await answer_to(site, RENT)
    await site.container.knowledge.recorder.catch_up()
    async with site.visitor() as citizen:
        shown = await wang.ask("PUT", "/hot/pins", {"pins": ["few-maternity"], "days": 7})
        news = await citizen.hear("hot.updated", lambda d: "生育津贴怎么计发" in d["questions"])
        assert news["questions"] == ["生育津贴怎么计发", BALANCE, RENT]
    counted = [(h["question"], h["conversations"], h["pinned"]) for h in shown["items"]]
    assert counted == [("生育津贴怎么计发", 0, True), (BALANCE, 2, False), (RENT, 1, False)]
    async with site.visitor() as citizen:
        assert citizen.session["hot"] == ["生育津贴怎么计发", BALANCE, RENT]


@on_sqlite
async def test_pins_of_one_inbox_leave_the_others_alone_and_bad_ones_are_refused(
    site: Site,
) -> None:
    wang = await Editor.named(site, "wang")
    await wang.ask("PUT", "/hot/pins", {"pins": ["few-rent"]})
    await wang.ask("PUT", "/hot/pins", {"inbox": "web", "pins": ["few-pension"]})
    own, all_ = await wang.get("/hot?inbox=web"), await wang.get("/hot")
    assert ([h["key"] for h in own["items"]], own["own_pins"]) == (["few-pension"], True)
    assert ([h["key"] for h in all_["items"]], all_["own_pins"]) == (["few-rent"], False)
    back = await wang.ask("PUT", "/hot/pins", {"inbox": "web", "pins": None})
    assert [h["key"] for h in back["items"]] == ["few-rent"]
    for body in (
        {"pins": ["no-such-article"]}, {"pins": ["few-rent"], "inbox": "nowhere"}, {"pins": ["X Y"]},
        {"pins": ["few-rent"], "days": 0}, {"pins": [f"k{n}" for n in range(11)]}, {},
    ):  # fmt: skip
        await wang.ask("PUT", "/hot/pins", body, status=422)


@on_sqlite
async def test_what_citizens_may_not_see_is_never_hot(site: Site) -> None:
    wang = await Editor.named(site, "wang")
    await answer_to(site, BALANCE)
    await site.container.knowledge.recorder.catch_up()
    articles = {a["question"]: a["id"] for a in (await wang.get("/articles"))["items"]}
    await wang.ask("PUT", "/hot/pins", {"pins": ["few-account"]})
    await wang.post(f"/articles/{articles[BALANCE]}/retire")
    shown = await wang.get("/hot")
    assert (shown["items"], shown["lapsed"]) == ([], ["few-account"])
    assert await site.container.knowledge.hot.question_of("few-account") is None
    assert await site.container.knowledge.hot.question_of("few-rent") == RENT


@on_sqlite
async def test_an_internal_article_is_suggested_as_such_and_never_sent_to_a_citizen(
    site: Site,
) -> None:
    content = ArticleContent(
        question="窗口打印机卡纸怎么处理", answer_md="打电话给信息科。", audience="internal"
    )
    units = site.container.uows
    async with units.write() as uow:
        written = await service.create(uow, content, source="console", actor=new_id())
        await service.submit(uow, written.version.id, actor=new_id())
        await service.publish(uow, written.version.id, actor=new_id())
    await site.container.knowledge.refresher.refresh()
    async with site.visitor() as citizen, site.agent("wang") as desk:
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        await citizen.call("request_handoff")
        await desk.call("claim_conversation", conversation_id=conversation_id)
        await citizen.say("窗口打印机卡纸怎么处理")
        news = await desk.hear("suggestions.updated", lambda s: s["results"] != [])
        best = news["results"][0]
        assert (best["article_id"], best["internal"]) == (written.article.id, True)
        sent = {
            "type": "answer", "text_md": best["answer_md"], "article_id": best["article_id"],
            "score": best["score"], "citations": [],
        }  # fmt: skip
        message = {"conversation_id": conversation_id, "client_msg_id": "a", "content": sent}
        assert await desk.refusal("send_message", message) == "internal_only"
        await desk.call("send_message", **message | {"private": True})
        public = sent | {"article_id": new_id()}
        await desk.call("send_message", **message | {"client_msg_id": "b", "content": public})
    await site.container.knowledge.recorder.catch_up()
    li = await Editor.named(site, "li")
    by_agents = (await li.get("/questions?source=agent"))["items"]
    assert [q["text"] for q in by_agents] == ["窗口打印机卡纸怎么处理"]


async def test_a_server_that_is_started_again_soon_groups_questions(site: Site) -> None:
    await answer_to(site, PARKING[0])
    await learn(site)
    uows = site.container.uows
    async with uows.read() as session:
        lease = await session.get_one(Lease, "learning.clusters")
    # The stopped server gives nothing back: its successor waits for the end of the lease.
    assert lease.until <= uows.clock.now() + timedelta(minutes=1)
