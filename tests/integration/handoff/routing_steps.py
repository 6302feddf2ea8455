"""What tests of routing set up and look at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from core.auth.actor import Actor
from core.configs import put_config
from core.conversation.models import Contact, Conversation
from handoff.agents.schemas import GroupWrite
from handoff.queue.models import Assignment
from handoff.routing.reasons import explain
from handoff.routing.settings import CONFIG_NAME, RoutingSettings
from tests.integration.handoff.conftest import World


async def configure(world: World, **settings: Any) -> None:
    value = RoutingSettings.model_validate(settings)
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, value, "system")
    await world.people.dispatcher.refresh()


async def group(world: World, name: str, *members: Actor, businesses: tuple[str, ...] = ()) -> str:
    wanted = GroupWrite(
        name=name, categories=list(businesses), members=[each.account_id for each in members]
    )
    return (await world.people.agents.save_group(wanted, actor="system")).id


async def ask(world: World, who: str, business: str | None = None) -> str:
    """A citizen presses the button; `business` is what it is about."""
    conversation_id = await world.say("你好", who=who)
    await world.engine.request_handoff(conversation_id, category=business)
    return conversation_id


async def change_contact(world: World, conversation_id: str, **values: Any) -> None:
    async with world.uows.write() as uow:
        conversation = await uow.session.get_one(Conversation, conversation_id)
        contact = await uow.session.get_one(Contact, conversation.contact_id)
        for name, value in values.items():
            setattr(contact, name, value)


async def owner(world: World, conversation_id: str) -> str | None:
    return (await world.conversation(conversation_id)).owner_id


async def why(world: World, conversation_id: str) -> str:
    async with world.uows.read() as session:
        query = select(Assignment).where(Assignment.conversation_id == conversation_id)
        latest = await session.scalar(query.order_by(Assignment.started_at.desc()).limit(1))
        assert latest is not None
        return "".join(explain(latest.reason, trigger=latest.trigger))


async def position(world: World, conversation_id: str) -> int:
    place = await world.people.queue.place_of(conversation_id)
    assert place is not None
    return place.position
