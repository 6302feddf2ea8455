"""Business rules edited while running: the next citizen is served by the new ones, on a restart as well."""

from __future__ import annotations

from typing import Any

from core.auth.permissions import Role
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.site import Site, running

QUEUE = "/api/v1/desk/settings/queue"


async def _change(site: Site, token: str, **more: Any) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return (await site.http.put(QUEUE, json=more, headers=headers)).status_code


async def test_duty_hours_changed_while_running_hold_at_once_and_after_a_restart(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot
) -> None:
    async with running(settings, builder, bot=bot) as site:
        await site.add_account("zhao", Role.SUPERVISOR)
        await site.add_account("wang")
        token = await site.log_in("zhao")
        assert await _change(site, await site.log_in("wang")) == 403
        assert (
            await _change(site, token, duty={"weekly": [["25:00-26:00"]] * 7, "special": {}}) == 422
        )
        assert await _change(site, token, duty={"weekly": [[]] * 7, "special": {}}) == 200
        async with site.visitor() as citizen:
            await citizen.call("request_handoff")
            await citizen.hear_text("现在不在人工服务时间")
            await citizen.say("转人工")
            assert (await citizen.call("list_messages"))["conversation"]["status"] == "bot"
    async with running(settings, builder, bot=bot) as site:
        async with site.visitor() as citizen:
            await citizen.call("request_handoff")
            await citizen.hear_text("现在不在人工服务时间")
        assert (
            await _change(site, token, duty={"weekly": [["00:00-24:00"]] * 7, "special": {}}) == 200
        )
        async with site.visitor(citizen.token) as again:
            await again.call("request_handoff")
            assert (await again.hear("queue.updated"))["position"] == 1
