"""Whose a ticket is: its contact's, or his who knows the phone that was left with it. Called for citizens' wishes."""

from __future__ import annotations

import hmac

from core.conversation.models import Conversation
from core.conversation.tickets import PHONE_FIELD
from handoff.tickets.models import Ticket


def is_own(ticket: Ticket, conversation: Conversation) -> bool:
    return ticket.contact_id is not None and ticket.contact_id == conversation.contact_id


def has_phone(ticket: Ticket, phone: str) -> bool:
    left = ticket.citizen_phone or str((ticket.fields or {}).get(PHONE_FIELD) or "")
    return bool(left) and hmac.compare_digest(left.encode(), phone.encode())
