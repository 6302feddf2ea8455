"""What the server keeps at hand of a conversation when news of its messages come."""

from __future__ import annotations

from core.conversation.content import TextContent
from core.conversation.intake import InboundMessage
from core.conversation.schemas import Delivery, MessageRead
from core.events import Event
from tests.integration.app.site import Site


async def test_only_a_changed_text_makes_the_bot_read_a_conversation_again(site: Site) -> None:
    container = site.container
    receipt = await container.engine.receive(
        InboundMessage(
            inbox_id="web",
            external_contact="v",
            content=TextContent(text="你好"),
            client_msg_id="1",
        )
    )
    await container.turns.idle()

    async def told(read: MessageRead) -> bool:
        """Whether the conversation is still at hand after the news."""
        await container.uows.announce(Event("message.updated", read))
        await container.bus.idle()
        return container.turns.standing("web", "v") is not None

    delivered = receipt.message.model_copy(update={"delivery": Delivery(state="delivered")})
    assert await told(delivered), "that a channel has taken it changes nothing"
    assert not await told(receipt.message)
