"""Addresses of pictures that are drawn from what stands in the address: nothing is stored.

The address is signed, so that nobody can have drawn what the bot did not offer, and it holds until a day. What is in
it can be read by whoever has it: only figures somebody wanted computed, never a name, a number or an account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from core.errors import BangbanError, NotFound

PATH = "/api/v1/pictures"
# A conversation is looked at again within weeks; a picture can always be asked for anew.
KEPT = timedelta(days=90)
# Longer ones are none of ours.
MAX_TOKEN = 300

Figures = Sequence[int | str]
# From the figures to the PNG. Raises ValueError for figures that make no picture.
Painter = Callable[[Figures], bytes]


class PictureExpired(BangbanError):
    code, status = "picture_expired", 410
    default_message = "这张图已经过期，请重新测算一次。"


class PictureLinks:
    """`secret`: the installation's key, so that every server reads what another wrote. `now`: the local time."""

    def __init__(
        self, secret: str, painters: Mapping[str, Painter], now: Callable[[], datetime]
    ) -> None:
        self._serializer = URLSafeSerializer(
            secret, salt="picture", signer_kwargs={"digest_method": sha256}
        )
        self._painters = painters
        self._now = now

    def address(self, kind: str, figures: Figures) -> str:
        """The path of the picture, the same all day for the same figures."""
        until = (self._now() + KEPT).date().toordinal()
        return f"{PATH}/{self._serializer.dumps([kind, until, *figures])}.png"

    def paint(self, kind: str, figures: Figures) -> bytes:
        """The picture as PNG. Takes a tenth of a second: not for the event loop."""
        return self._painters[kind](tuple(figures))

    def open(self, token: str) -> tuple[str, Figures]:
        """Kind and figures of an address we made. Raises NotFound, PictureExpired."""
        try:
            if len(token) > MAX_TOKEN:
                raise BadData("too long")
            kind, until, *figures = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            raise NotFound("没有这张图。") from None
        if kind not in self._painters:
            raise NotFound("没有这张图。")
        if self._now().date().toordinal() > until:
            raise PictureExpired()
        return kind, figures
