"""The main job through the real doors: the bot answers, people are asked in, an agent helps, the citizen rates."""

from __future__ import annotations

from tests.fakes import ScriptedBot
from tests.integration.app.clients import AgentClient, text_of
from tests.integration.app.site import Site


async def test_a_citizen_is_helped_by_the_bot_then_by_a_person_and_rates(
    site: Site, bot: ScriptedBot
) -> None:
    async with site.visitor() as citizen, site.agent("wang") as desk:
        asked = await citizen.say("租房可以提取公积金吗")
        assert (asked["seq"], asked["author"]["kind"]) == (1, "visitor")
        await citizen.hear_text("您说：租房可以提取公积金吗")
        conversation_id = asked["conversation_id"]

        await citizen.call("request_handoff")
        queued = await desk.hear("conversation.queued")
        assert queued["conversation"]["handoff"]["rule"] == "button"
        assert (await citizen.hear("queue.updated"))["position"] == 1

        taken = await desk.call("claim_conversation", conversation_id=conversation_id)
        assert (taken["status"], taken["owner_name"]) == ("assigned", "wang")
        await citizen.hear("conversation.updated", lambda c: c["status"] == "assigned")
        history = (await desk.call("list_messages", conversation_id=conversation_id))["messages"]
        assert [text_of(m) for m in history][:2] == [
            "租房可以提取公积金吗",
            "您说：租房可以提取公积金吗",
        ]
        suggested = await desk.hear("suggestions.updated")
        assert suggested["results"][0]["question"] == "租房可以提取公积金吗"
        assert suggested["results"][0]["citations"][0]["document"] == "住房公积金管理条例"

        best = suggested["results"][0]
        sent = await desk.call(
            "send_message", conversation_id=conversation_id, client_msg_id="suggestion-1",
            content={
                "type": "answer", "text_md": best["answer_md"], "article_id": best["article_id"],
                "score": best["score"], "citations": best["citations"],
            },
        )  # fmt: skip
        assert sent["citations"][0]["clause"] == "第二十四条"
        await citizen.hear_text("连续足额缴存满三个月")
        await citizen.say("那怎么查询公积金余额")
        await desk.hear_text("那怎么查询公积金余额")
        await desk.hear(
            "suggestions.updated", lambda s: s["results"][0]["question"] == "怎么查询公积金余额"
        )
        await desk.say(conversation_id, "同事请看", private=True)
        await desk.say(conversation_id, "我给您登记一下")
        await citizen.hear_text("我给您登记一下")

        ticket = await _file_ticket(site, desk, conversation_id)
        await desk.call("close_conversation", conversation_id=conversation_id)
        invited = await citizen.hear("rating.requested")
        assert invited["conversation_id"] == conversation_id
        await citizen.call(
            "rate_conversation", conversation_id=conversation_id, score=4, tags=["解决问题"]
        )
        # Thought about again, which one may for a day.
        await citizen.call("rate_conversation", conversation_id=conversation_id, score=5)

        seen = await citizen.thread(conversation_id=conversation_id)
        assert all("同事请看" not in text_of(m) for m in seen)
        assert [m["seq"] for m in seen] == sorted({m["seq"] for m in seen})
        assert len(bot.turns) == 1, "what was said to people is not for the bot"
        token = await site.log_in("wang")
        page = await site.http.get(
            f"/api/v1/conversations/{conversation_id}/context", headers=_bearer(token)
        )
        context = page.json()
        assert [t["id"] for t in context["tickets"]] == [ticket["id"]]
        assert [r["score"] for r in context["ratings"]] == [5]


async def _file_ticket(site: Site, desk: AgentClient, conversation_id: str) -> dict[str, str]:
    token = await site.log_in("wang")
    types = (await site.http.get("/api/v1/tickets/types", headers=_bearer(token))).json()
    body = {
        "type": types[0]["id"], "title": "单位未缴存公积金", "description": "市民反映单位欠缴三个月",
        "conversation_id": conversation_id,
    }  # fmt: skip
    answer = await site.http.post("/api/v1/tickets", json=body, headers=_bearer(token))
    assert answer.status_code == 201, answer.text
    filed: dict[str, str] = answer.json()
    return filed


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_everybody_who_waits_hears_of_moving_up(site: Site) -> None:
    async with (
        site.visitor() as first, site.visitor() as second, site.visitor() as third,
        site.agent("wang") as desk,
    ):  # fmt: skip
        for citizen in (first, second, third):
            await citizen.call("request_handoff")
            await citizen.hear("queue.updated")
        assert [c.heard("queue.updated")[-1]["position"] for c in (first, second, third)] == [
            1,
            2,
            3,
        ]
        third.forget()
        taken = await desk.call("claim_next")
        assert taken["contact_id"] == first.session["contact"]
        await second.hear("queue.updated", lambda place: place["position"] == 1)
        await third.hear("queue.updated", lambda place: place["position"] == 2)
        await second.call("cancel_handoff")
        await third.hear("queue.updated", lambda place: place["ahead"] == 0)


async def test_a_citizen_who_reconnects_while_waiting_learns_the_place(site: Site) -> None:
    async with site.visitor() as ahead, site.visitor() as citizen:
        await ahead.call("request_handoff")
        await citizen.call("request_handoff")
        await citizen.hear("queue.updated", lambda place: place["position"] == 2)
    async with site.visitor(citizen.token) as again:
        assert again.session["conversation"]["status"] == "queued"
        assert (await again.hear("queue.updated"))["position"] == 2


async def test_the_first_words_greet_a_newcomer_and_not_one_who_has_a_conversation(
    site: Site,
) -> None:
    async with site.visitor() as citizen:
        assert citizen.session["conversation"] is None
        assert citizen.session["unread"] == 0
        assert citizen.session["welcome"][0]["type"] == "choices"
        await citizen.say("你好")
        await citizen.hear_text("您说：你好")
    async with site.visitor(citizen.token) as again:
        assert again.session["contact"] == citizen.session["contact"]
        assert again.session["conversation"]["last_seq"] == 2
        assert again.session["unread"] == 1
        await again.call("mark_read", seq=2)
        await again.hear("conversation.updated", lambda c: c["visitor_read_seq"] == 2)


async def test_notes_between_colleagues_leave_no_mark_with_the_citizen(site: Site) -> None:
    async with site.visitor() as citizen, site.agent("zhang") as desk:
        await citizen.say("你好")
        await citizen.call("request_handoff")
        conversation = await desk.call("claim_next")
        await citizen.call("mark_read", seq=conversation["last_seq"])
        citizen.forget()
        await desk.say(conversation["id"], "此人上周来过", private=True)
        await desk.say(conversation["id"], "您好，我是张三")
        await citizen.hear_text("您好，我是张三")
        assert len(citizen.heard("message.created")) == 1
        assert "此人上周来过" not in str(await citizen.thread())
        async with site.visitor(citizen.token) as again:
            assert again.session["unread"] == 1
            assert "此人上周来过" not in str(again.session)
