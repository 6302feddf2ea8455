"""The usual message in few statements: a citizen writes on, the bot answers, and nobody else has touched the thread.

Each step states in its WHERE what it takes for granted. Where that does not hold nothing has happened, and the
general way is gone (intake.py, answering.py), which reads and locks first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, exists, update

from core.conversation import thread
from core.conversation.attachments.coming import ComingFile
from core.conversation.content import AttachedFile
from core.conversation.intake import InboundMessage, Stored
from core.conversation.models import Contact, Conversation, Inbox
from core.conversation.schemas import Author
from core.conversation.status import ConversationStatus
from core.database import affected
from core.unit_of_work import UnitOfWork

# What a message or an answer moves on.
_MOVED = ("last_seq", "visitor_seq", "answered_seq", "turn_lease_until", "preview", "updated_at")
# What must still be as it was: every message raises last_seq, every change of owner epoch.
# Two contacts may have become one (persons.py).
_HELD = ("id", "contact_id", "status", "epoch", "last_seq", "visitor_seq", "answered_seq")

_ROW = Conversation.__table__.c
_NAMES = tuple(_ROW.keys())
_ANSWER = (
    update(Conversation.__table__)  # type: ignore[arg-type]
    .where(*(_ROW[name] == bindparam(f"was_{name}") for name in _HELD))
    .values({name: bindparam(f"new_{name}") for name in _MOVED})
)
# Also: nobody is answering, the inbox is in use, and the citizen is called what he was called.
_WRITE_ON = _ANSWER.where(
    _ROW.turn_lease_until.is_(None),
    exists().where(and_(Inbox.id == _ROW.inbox_id, Inbox.enabled)),
    exists().where(and_(Contact.id == _ROW.contact_id, Contact.name == bindparam("was_called"))),
)


@dataclass(frozen=True)
class Standing:
    """A conversation as it was after the bot's last answer, and its citizen as the channel names him."""

    conversation: Conversation
    contact: Contact
    external_contact: str


async def write_on(
    uow: UnitOfWork, standing: Standing, inbound: InboundMessage, *, lease_until: object
) -> Stored | None:
    """Store the citizen's next message and take the turn it calls for; None: go the general way.

    Raises IntegrityError for a message that was stored before.
    """
    before, contact = standing.conversation, standing.contact
    content = inbound.content
    # A file is taken up under the conversation's lock.
    if before.status != ConversationStatus.BOT or isinstance(content, AttachedFile | ComingFile):
        return None
    after = copy_of(before)
    author = Author(kind="visitor", id=contact.id, name=contact.name or None)
    message = await thread.append(
        uow, after, author, content, client_msg_id=inbound.client_msg_id,
        external_id=inbound.external_id, known_new=True, meta=inbound.meta,
    )  # fmt: skip
    after.turn_lease_until = lease_until  # type: ignore[assignment]
    if not await _move(uow, _WRITE_ON, before, after, was_called=contact.name):
        uow.start_over()
        return None
    return Stored(contact, after, message, duplicate=False)


async def answer(uow: UnitOfWork, before: Conversation, after: Conversation) -> bool:
    """Store what an answer has changed of the conversation, if it is still as `before`."""
    return await _move(uow, _ANSWER, before, after)


def copy_of(conversation: Conversation) -> Conversation:
    """A conversation of the same content that no session knows."""
    return Conversation(**{name: getattr(conversation, name) for name in _NAMES})


async def _move(
    uow: UnitOfWork, statement: object, before: Conversation, after: Conversation, **more: object
) -> bool:
    connection = await uow.session.connection()
    values = {f"was_{name}": getattr(before, name) for name in _HELD}
    values |= {f"new_{name}": getattr(after, name) for name in _MOVED}
    result = await connection.execute(statement, values | more)  # type: ignore[call-overload]
    return affected(result) == 1
