"""What transfers depend on, without a database. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Refusal = Literal["oneself", "owner", "offline", "resting", "full"]


@dataclass(frozen=True)
class Target:
    """An agent somebody wants to hand a conversation to. `status` is what others see."""

    agent_id: str
    status: str
    active: int
    capacity: int

    @property
    def has_room(self) -> bool:
        return self.active < self.capacity


def refusal(target: Target, *, owner_id: str | None, actor_id: str) -> Refusal | None:
    """Why this agent cannot be handed the conversation; None when they can.

    Who is busy or finishing the last conversation may still be asked; who rests or is away may not.
    A supervisor may take a conversation by handing it to themselves, its owner may not.
    """
    if target.agent_id == owner_id:
        return "oneself" if actor_id == owner_id else "owner"
    if target.status == "offline":
        return "offline"
    if target.status == "rest":
        return "resting"
    return None if target.has_room else "full"


@dataclass(frozen=True)
class Handed:
    """The last transfer of a conversation, as far as giving it back is concerned."""

    from_agent: str
    to_agent: str | None
    state: str
    epoch: int


def gives_back_to(last: Handed | None, *, owner_id: str | None, epoch: int) -> str | None:
    """To whom the owner can give the conversation back in one step; None when it came another way.

    From an agent: it has not changed hands since it was accepted. From a group's queue: it has been claimed once since.
    """
    if last is None or owner_id is None or last.from_agent == owner_id:
        return None
    if last.state == "accepted":
        came = last.epoch == epoch and last.to_agent in (None, owner_id)
    else:
        came = last.to_agent is None and last.epoch + 1 == epoch
    return last.from_agent if came else None
