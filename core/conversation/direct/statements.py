"""The statements of the short way, compiled once for each database.

A message moves its conversation on if that is still as the writer takes it for: assigned, of the same epoch and hence
the same owner, and without a message of that client_msg_id. All of it stands in the WHERE of one UPDATE; where it does
not hold nothing happens, and the message goes the general way. The clocks are moved as handoff/sla/service.py does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    exists,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from core.conversation.models import Contact, Conversation, Inbox, Message
from core.conversation.status import ConversationStatus
from core.timers.models import Timer

_CONVERSATIONS: Any = Conversation.__table__
_MESSAGES: Any = Message.__table__
_C, _M = _CONVERSATIONS.c, _MESSAGES.c


def _given(name: str, like: Any) -> Any:
    return bindparam(name, type_=like.type)


_NOW, _DUE, _LOOK = (_given(name, _C.updated_at) for name in ("now", "due", "look"))
_ID = _given("conversation", _C.id)
_SEQ = _C.last_seq + 1
# What a message is made of, besides its seq.
_MESSAGE = {
    "id": _given("m_id", _M.id),
    "conversation_id": _ID,
    "inbox_id": _given("inbox", _M.inbox_id),
    "author_kind": _given("m_author_kind", _M.author_kind),
    "author_id": _given("m_author_id", _M.author_id),
    "author_name": _given("m_author_name", _M.author_name),
    "content": _given("m_content", _M.content),
    "words": _given("m_words", _M.words),
    "private": literal(False),
    "client_msg_id": _given("m_client_msg_id", _M.client_msg_id),
    "external_id": null(),
    "meta": literal({}, _M.meta.type),
    "created_at": _NOW,
}


def _still_so() -> list[ColumnElement[bool]]:
    said_before = exists().where(
        _M.conversation_id == _C.id, _M.client_msg_id == _MESSAGE["client_msg_id"]
    )
    return [
        _C.id == _ID,
        _C.epoch == _given("epoch", _C.epoch),
        _C.status == ConversationStatus.ASSIGNED.value,
        _C.owner_id == _given("owner", _C.owner_id),
        # Two contacts may have become one meanwhile (persons.py).
        _C.contact_id == _given("contact", _C.contact_id),
        ~said_before,
    ]


def _moved_on(**values: Any) -> Update:
    usual = {"last_seq": _SEQ, "preview": _given("preview", _C.preview), "updated_at": _NOW}
    return update(_CONVERSATIONS).values(usual | values).returning(_C.last_seq, _C.clock_at)


def _earlier(idle: ColumnElement[bool] | None = None) -> Any:
    """The clock is looked at at `look` unless it is before that anyway; `idle`: only if that holds."""
    late = or_(_C.clock_at.is_(None), _C.clock_at > _LOOK)
    return case((late if idle is None else and_(idle, late), _LOOK), else_=_C.clock_at)


def _citizen_wrote() -> Update:
    """The agent owes an answer; a running clock goes on."""
    idle = _C.answer_due_at.is_(None)
    in_use = exists().where(Inbox.id == _C.inbox_id, Inbox.enabled)
    same_name = exists().where(
        Contact.id == _C.contact_id, Contact.name == _given("called", Contact.name)
    )
    # The first message after a change of owner has a limit of its own.
    not_first = or_(_C.answer_due_at.is_not(None), _C.waiting_since.is_(None))
    return _moved_on(
        visitor_seq=_SEQ,
        waiting_since=case((_C.waiting_since.is_(None), _NOW), else_=_C.waiting_since),
        answer_due_at=case((idle, _DUE), else_=_C.answer_due_at),
        quiet_since=null(),
        clock_stage=case((idle, 0), else_=_C.clock_stage),
        clock_at=_earlier(idle),
    ).where(*_still_so(), in_use, same_name, not_first)


def _agent_answered() -> Update:
    """Whoever answers has read what was asked; now it is the citizen's turn.

    More happens when the answer was overdue (stage 2 and up), so that one goes the general way.
    """
    unread = _C.visitor_seq > _C.agent_read_seq
    return _moved_on(
        agent_read_seq=case((unread, _C.visitor_seq), else_=_C.agent_read_seq),
        waiting_since=null(), answer_due_at=null(), quiet_since=_NOW, clock_stage=0, clock_at=_earlier(),
    ).where(*_still_so(), _C.clock_stage < 2)  # fmt: skip


class Prepared:
    """A statement as the driver takes it: its text, and its parameters in order."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        self._parameters: list[tuple[str | None, Any]] = []
        for name in compiled.positiontup or ():
            given = compiled.binds[name]
            convert: Callable[[Any], Any] | None = given.type.dialect_impl(dialect).bind_processor(
                dialect
            )
            if given.required:
                self._parameters.append((name, convert))
            else:
                fixed = given.effective_value
                self._parameters.append((None, convert(fixed) if convert else fixed))

    def row(self, values: Mapping[str, Any]) -> Sequence[Any]:
        return [
            convert if name is None else convert(values[name]) if convert is not None else values[name]
            for name, convert in self._parameters
        ]  # fmt: skip


class SqliteStatements:
    """Three statements a message, the last one seldom."""

    def __init__(self, dialect: Dialect) -> None:
        self.moves = {
            "visitor": Prepared(_citizen_wrote(), dialect),
            "agent": Prepared(_agent_answered(), dialect),
        }
        seq = _given("seq", _M.seq)
        self.store = Prepared(insert(_MESSAGES).values(**_MESSAGE, seq=seq), dialect)
        timer = sqlite_insert(Timer).values(**_timer())
        self.arm = Prepared(_or_moved(timer), dialect)


class PostgresStatements:
    """All in one statement: one round trip, and a commit of its own."""

    def __init__(self, dialect: Dialect) -> None:
        self.moves = {
            "visitor": Prepared(_whole(_citizen_wrote()), dialect),
            "agent": Prepared(_whole(_agent_answered()), dialect),
        }


def _timer() -> dict[str, Any]:
    columns: Any = Timer.__table__.c
    return {
        "kind": _given("timer", columns.kind), "subject": bindparam("subject", type_=columns.subject.type),
        "due_at": _LOOK, "payload": literal({}, columns.payload.type),
    }  # fmt: skip


def _or_moved(timer: Any) -> Any:
    return timer.on_conflict_do_update(
        index_elements=[Timer.kind, Timer.subject],
        set_={"due_at": timer.excluded.due_at, "payload": timer.excluded.payload},
    )


def _whole(move: Update) -> Any:
    moved = move.cte("moved")
    message = {**_MESSAGE, "seq": moved.c.last_seq}
    stored = insert(_MESSAGES).from_select(
        list(message), select(*message.values()).select_from(moved)
    )
    values = _timer()
    row = select(*values.values()).select_from(moved).where(moved.c.clock_at == _LOOK)
    timer = _or_moved(postgres_insert(Timer).from_select(list(values), row))
    number: Any = bindparam("number", type_=_C.last_seq.type)
    return select(number.label("number"), moved.c.last_seq).add_cte(
        stored.cte("stored"), timer.cte("armed")
    )
