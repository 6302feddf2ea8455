"""Business rules edited while running: the next citizen is served by the new ones, on a restart as well."""

from __future__ import annotations

from core.auth.permissions import Role
from core.settings import Settings
from knowledge.retrieval.refresher import IndexBuilder
from tests.fakes import ScriptedBot
from tests.integration.app.site import Site, running

HOURS = "/api/v1/desk/settings/hours"


async def _open(site: Site, token: str, *periods: str) -> int:
    """Set these duty hours for every day."""
    week = {"id": "own", "name": "服务时间", "weekly": [list(periods)] * 7}
    answer = await site.http.put(
        HOURS,
        json={"schedules": [week], "usual": "own"},
        headers={"authorization": f"Bearer {token}"},
    )
    return answer.status_code


async def test_duty_hours_changed_while_running_hold_at_once_and_after_a_restart(
    settings: Settings, builder: IndexBuilder, bot: ScriptedBot
) -> None:
    async with running(settings, builder, bot=bot) as site:
        await site.add_account("zhao", Role.SUPERVISOR)
        await site.add_account("wang")
        token = await site.log_in("zhao")
        assert await _open(site, await site.log_in("wang")) == 403
        assert await _open(site, token, "25:00-26:00") == 422
        assert await _open(site, token) == 200
        async with site.visitor() as citizen:
            await citizen.call("request_handoff")
            await citizen.hear_text("现在不在人工服务时间")
            await citizen.say("转人工")
            assert (await citizen.call("list_messages"))["conversation"]["status"] == "bot"
    async with running(settings, builder, bot=bot) as site:
        async with site.visitor() as citizen:
            await citizen.call("request_handoff")
            await citizen.hear_text("现在不在人工服务时间")
        assert await _open(site, token, "00:00-24:00") == 200
        async with site.visitor(citizen.token) as again:
            await again.call("request_handoff")
            assert (await again.hear("queue.updated"))["position"] == 1
