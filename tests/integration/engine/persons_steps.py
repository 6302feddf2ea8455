"""Steps of the tests of persons: citizens of several inboxes who turn out to be one."""

from __future__ import annotations

from datetime import timedelta

from core.conversation import repository
from core.conversation.models import Contact
from core.conversation.persons import Persons
from tests.integration.engine.conftest import World

UNION = "uPerson1"
AN_HOUR = timedelta(hours=1)


async def contact_of(world: World, inbox: str, external: str) -> Contact:
    async with world.uows.read() as session:
        contact = await repository.contact_by_identity(session, inbox, external)
        assert contact is not None
        return contact


async def both(world: World, persons: Persons) -> tuple[str, str]:
    """A citizen of the account who is known, and one of the website who is not yet; their contacts."""
    await world.say("公众号里问的", inbox="wx", who="oOne", external_id="1")
    await persons.learn("wx", "oOne", UNION)
    await world.say("网站上问的", who="login:1", client_msg_id="a")
    return (await contact_of(world, "wx", "oOne")).id, (
        await contact_of(world, "web", "login:1")
    ).id
