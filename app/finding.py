"""What a check of `bangban doctor` has found."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """`advice`: what to do when it is not `ok`."""

    part: str
    ok: bool
    found: str
    advice: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
