"""What becomes of what a citizen writes while waiting: cancelled, asked back, told the place, or for the bot."""

from __future__ import annotations

from core.conversation.content import Choice, ChoicesContent, TextContent
from core.conversation.models import Message
from core.conversation.ports import Beside
from core.unit_of_work import UnitOfWork
from handoff.queue import repository
from handoff.queue.places import place
from handoff.queue.routes import routing_settings
from handoff.routing.second_thoughts import second_thought
from handoff.routing.settings import WaitingSettings
from handoff.texts import fill

# Both are read as what they say when they come back as messages.
STAY = Choice(label="继续等待", value="继续等待")
CANCEL = Choice(label="取消排队", value="取消排队")


async def judge(uow: UnitOfWork, message: Message) -> Beside:
    """The conversation is locked and waits."""
    settings = (await routing_settings(uow.session)).waiting
    text = str(message.content.get("text", ""))
    match second_thought(text):
        case "cancel":
            return Beside(cancel=True)
        case "unsure":
            return Beside(content=ChoicesContent(text=settings.ask_cancel, choices=[STAY, CANCEL]))
        case "stay" | "hurry":
            return Beside(content=TextContent(text=await _where(uow, message, settings)))
        case None:
            return Beside(ask=settings.answer_questions)


async def _where(uow: UnitOfWork, message: Message, settings: WaitingSettings) -> str:
    entry = await repository.waiting_entry(uow.session, message.conversation_id)
    ahead = (await place(uow.session, entry, uow.clock.now())).ahead if entry is not None else 0
    return fill(settings.still_waiting, ahead=ahead) if ahead else settings.still_next
