"""Sends nothing: a line in the log for each text. For installations that have no provider yet."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from core.sms.phones import masked
from core.sms.ports import Receipt

log = logging.getLogger(__name__)


class ConsoleSender:
    name = "console"

    async def send(
        self, phone: str, template: str, params: Mapping[str, str], *, key: str
    ) -> Receipt:
        """Never what the text says: it may be a code."""
        log.info("sms to %s, template %s", masked(phone), template)
        return Receipt(self.name, key)

    async def check(self) -> None:
        """There is nothing that could fail."""
