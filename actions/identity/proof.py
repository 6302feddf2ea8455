"""The passed check of a conversation: made from the system's Identity, kept sealed in a slot, gone at its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from actions.identity.seal import Seal
from core.conversation.business import Identity, Private

# The slot it stands in; a form's own slots are forgotten when it ends, this one stays.
SLOT = "identity"
# How long a citizen may look at their data without being checked again; the system may allow less, not more.
LASTING = timedelta(minutes=10)
# What is left of it must be worth beginning a task with.
LEAST = timedelta(seconds=30)


@dataclass(frozen=True, repr=False)
class Proof(Private):
    """Opens the data of one person in one conversation until `until`."""

    token: str
    until: datetime


def proof_of(identity: Identity, now: datetime) -> Proof | None:
    """None when the system's answer is over before it begins."""
    proof = Proof(identity.token, min(identity.expires_at, now + LASTING))
    return proof if proof.until > now + LEAST else None


def keep(proof: Proof, seal: Seal, sender: str) -> str:
    """The slot's value."""
    return seal.close(SLOT, sender, {"token": proof.token}, proof.until)


def find(value: Any, seal: Seal, sender: str, now: datetime) -> Proof | None:
    """The proof in the slot's value, if it still holds."""
    opened = seal.open(SLOT, sender, value, now)
    if opened is None:
        return None
    values, until = opened
    return Proof(values["token"], until) if until > now + LEAST else None
