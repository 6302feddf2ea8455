"""Steps of an agent that several tests of the desk begin with."""

from __future__ import annotations

from core.auth.actor import Actor
from core.conversation.content import TextContent
from tests.integration.handoff.conftest import World


async def served(world: World, agent: Actor, who: str = "visitor-1") -> str:
    """A conversation in the agent's hands."""
    conversation_id = await world.say("转人工", who=who)
    await world.people.taking.claim(conversation_id, agent)
    return conversation_id


async def answer(world: World, conversation_id: str, agent: Actor, text: str, key: str = "") -> int:
    content = TextContent(text=text)
    sent = await world.people.talking.send_message(
        conversation_id, agent, content, client_msg_id=key or text
    )
    return sent.seq


async def handed_over(world: World, conversation_id: str, agent: Actor, other: Actor) -> None:
    """The agent offers it to a colleague, who accepts."""
    await world.people.transfers.to_agent(conversation_id, agent, other.account_id, "")
    await world.people.team.offers.accept(conversation_id, other)
