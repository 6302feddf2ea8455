"""Keys that a window gets for a ticket it has opened by its number: good for that ticket, that citizen, and an hour.

Nothing is stored: a window that is closed has forgotten its key, and every server reads what another wrote.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from core.clock import Clock

# As long as one looks at a page. What is done with the ticket gives a new one.
VALID = timedelta(hours=1)
_BYTES = 18


class TicketKeys:
    """`secret`: the installation's key."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = hashlib.sha256(b"ticket-window:" + secret.encode()).digest()
        self._clock = clock

    def give(self, ticket_id: str, contact_id: str) -> str:
        until = int((self._clock.now() + VALID).timestamp())
        return f"{until:x}.{self._sign(ticket_id, contact_id, until)}"

    def fits(self, key: str, ticket_id: str, contact_id: str) -> bool:
        written, _, signature = key.partition(".")
        try:
            until = int(written[:12], 16)
        except ValueError:
            return False
        expected = self._sign(ticket_id, contact_id, until)
        genuine = hmac.compare_digest(signature.encode(), expected.encode())
        return genuine and datetime.fromtimestamp(until, UTC) > self._clock.now()

    def _sign(self, ticket_id: str, contact_id: str, until: int) -> str:
        text = f"{ticket_id}/{contact_id}/{until:x}"
        digest = hmac.new(self._secret, text.encode(), hashlib.sha256).digest()[:_BYTES]
        return base64.urlsafe_b64encode(digest).decode()
