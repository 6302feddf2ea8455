"""Sends nothing: a line in the log for each text. For installations that have no provider yet."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from core.sms.phones import masked
from core.sms.ports import Receipt, SmsOff

log = logging.getLogger(__name__)


class ConsoleSender:
    name = "console"

    async def send(
        self, phone: str, template: str, params: Mapping[str, str], *, key: str
    ) -> Receipt:
        """Never what the text says: it may be a code. Raises SmsOff, as it reaches nobody."""
        log.info("sms to %s, template %s", masked(phone), template)
        raise SmsOff()

    async def check(self) -> None:
        raise SmsOff()
