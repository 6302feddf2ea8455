"""Socket commands: one envelope, one schema and one permission per command, one mapping of errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import socketio
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from socketio.exceptions import ConnectionRefusedError as Refused

from core.auth.permissions import Permission
from core.errors import BangbanError, InvalidInput
from core.rate_limit import RateLimit

log = logging.getLogger(__name__)


class Payload(BaseModel):
    """Base of command payloads: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


# A client's own name for a message it sends, so that a repeat is known as one.
ClientMessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
# A message's number; the database counts in 32 bits.
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Empty(Payload):
    """For commands that take nothing."""


@dataclass(frozen=True)
class Command:
    """What a group declares about one of its commands."""

    payload: type[Payload]
    permission: Permission


Handler = Callable[..., Awaitable[Any]]


def command(payload: type[Payload], *, permission: Permission) -> Callable[[Handler], Handler]:
    """Mark a method `async (self, sid, caller, payload)` as the command of its own name."""

    def mark(handler: Handler) -> Handler:
        handler.command = Command(payload, permission)  # type: ignore[attr-defined]
        return handler

    return mark


def invalid_input(error: ValidationError) -> InvalidInput:
    """Which fields are wrong and how; never what was in them."""
    fields = {
        ".".join(str(part) for part in item["loc"]): item["type"]
        for item in error.errors(include_input=False)
    }
    return InvalidInput(fields=fields)


def _refusal(error: ValidationError | BangbanError) -> Refused:
    """The client's connect_error has the error's message, and the whole of it as `data`."""
    named = invalid_input(error) if isinstance(error, ValidationError) else error
    return Refused(named.message, named.as_dict())


class CommandGroup:
    """Commands that belong together: the methods marked with `command`. A namespace serves several groups."""

    commands: ClassVar[dict[str, Command]] = {}
    # Set by the namespace that serves the group; for its rooms.
    sockets: socketio.AsyncNamespace

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.commands = {
            name: handler.command
            for name, handler in vars(cls).items()
            if hasattr(handler, "command")
        }


class CommandNamespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """A namespace that answers the commands of its groups.

    Subclasses name the classes in `groups`, implement `allow(caller, permission)` and `counted_as(caller)`, and
    keep the caller of a sid with `remember`.
    """

    groups: ClassVar[tuple[type[CommandGroup], ...]] = ()
    # Per caller, over all their connections: far above what a person does by hand.
    rate_limit: RateLimit | None = None

    @classmethod
    def commands(cls) -> dict[str, Command]:
        """Everything a client may call."""
        return {name: declared for group in cls.groups for name, declared in group.commands.items()}

    def __init__(self, namespace: str, groups: Sequence[CommandGroup]) -> None:
        super().__init__(namespace)
        if tuple(type(group) for group in groups) != self.groups:
            raise TypeError(f"{namespace} is served by {[each.__name__ for each in self.groups]}")
        self._handlers: dict[str, tuple[Command, Handler]] = {}
        for group in groups:
            group.sockets = self
            for name, declared in group.commands.items():
                self._handlers[name] = declared, getattr(group, name)
        self._callers: dict[str, Any] = {}
        # Commands of one connection run one after the other: what it sends in a row is stored in that order.
        self._turns: dict[str, asyncio.Lock] = {}

    def remember(self, sid: str, caller: Any) -> None:
        self._callers[sid] = caller
        self._turns.setdefault(sid, asyncio.Lock())

    def callers(self) -> dict[str, Any]:
        """All connected callers of this server by sid."""
        return self._callers

    def allow(self, caller: Any, permission: Permission) -> None:
        """Raise PermissionDenied unless the caller has the permission."""
        raise NotImplementedError

    def counted_as(self, caller: Any) -> str:
        """Under which key the caller's commands count against the rate limit."""
        raise NotImplementedError

    async def trigger_event(self, event: Any, *args: Any) -> Any:
        """python-socketio's entry for everything that arrives on this namespace."""
        sid, *data = args
        if event == "connect" and sid not in self._callers:
            return await self._connect(sid, *data)
        if event == "disconnect" and not self.server.manager.is_connected(sid, self.namespace):
            self._turns.pop(sid, None)
            return await super().trigger_event(event, *args)
        # Whatever else is called so was made up by the client, as an event can have any name.
        if not isinstance(event, str) or event not in self._handlers:
            return _failed(InvalidInput("没有这个命令。", command=str(event)[:64]))
        return await self._execute(event, sid, data[0] if data else {})

    async def _connect(self, sid: str, *args: Any) -> Any:
        """Run `on_connect`; whatever it raises becomes a refusal, so that no client waits in vain."""
        try:
            return await super().trigger_event("connect", sid, *args)
        except Refused:
            raise
        except (ValidationError, BangbanError) as error:
            raise _refusal(error) from None
        except Exception:
            log.exception("a connection to %s failed", self.namespace)
            raise _refusal(BangbanError()) from None

    async def _execute(self, event: str, sid: str, data: Any) -> dict[str, Any]:
        declared, handler = self._handlers[event]
        caller = self._callers.get(sid)
        try:
            if caller is None:
                raise InvalidInput("连接已失效，请重新连接。", reason="not_connected")
            if self.rate_limit is not None:
                self.rate_limit.check(self.counted_as(caller))
            self.allow(caller, declared.permission)
            payload = declared.payload.model_validate(data)
            async with self._turns[sid]:
                result = await handler(sid, caller, payload)
        except ValidationError as error:
            return _failed(invalid_input(error))
        except BangbanError as error:
            return _failed(error)
        except Exception:
            # The text of the exception may hold a message; the trace stays in our log, not with the client.
            log.exception("command %s failed", event)
            return _failed(BangbanError())
        return {"ok": True, "data": _plain(result)}


def _failed(error: BangbanError) -> dict[str, Any]:
    return {"ok": False, "error": error.as_dict()}


def _plain(result: Any) -> Any:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    if isinstance(result, list):
        return [_plain(item) for item in result]
    return result
