"""The numbers a region decides for itself, as the actions read them. `app` fills it from the region file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from core.errors import BangbanError

ABSENT = "以当地规定为准"


class RegionValueMissing(BangbanError):
    """The region file lacks a number a calculation needs. Details: `region`, `key`."""

    code, status = "region_value_missing", 500
    default_message = "当地的政策参数还没有配置完整，暂时不能测算。"


class RegionValue(Protocol):
    """`value` in `unit` (see the head of the region file), `display` is what citizens read, `source` its document."""

    @property
    def value(self) -> int | str | dict[str, int | str]: ...

    @property
    def display(self) -> str: ...

    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class RegionNumbers:
    """`example`: a made-up city; citizens are told that its numbers are only examples."""

    name: str
    example: bool
    values: Mapping[str, RegionValue]

    def number(self, key: str) -> Decimal:
        """The value as it stands in the file: fen, months, years, times, ratio."""
        value = self._value(key).value
        if isinstance(value, dict):
            raise RegionValueMissing(region=self.name, key=key)
        return Decimal(str(value))

    def fen(self, key: str) -> int:
        return int(self.number(key))

    def whole(self, key: str) -> int:
        """A count of months or years."""
        return int(self.number(key))

    def rate(self, key: str) -> Decimal:
        """Basis points (1 % = 100) as a plain ratio: 260 -> 0.026."""
        return self.number(key) / 10_000

    def text(self, key: str) -> str:
        """A value that is no number, such as a month."""
        return str(self._value(key).value)

    def table(self, key: str) -> dict[str, Decimal]:
        """A mapping of the file, such as 退休年龄 -> 计发月数, in the file's order."""
        value = self._value(key).value
        if not isinstance(value, dict):
            raise RegionValueMissing(region=self.name, key=key)
        return {name: Decimal(str(number)) for name, number in value.items()}

    def display(self, key: str) -> str:
        """What citizens read; a number the region has not given is said to be the region's."""
        found = self.values.get(key)
        return found.display if found is not None else ABSENT

    def source(self, key: str) -> str:
        """Document and clause, or 示例 for a made-up number."""
        return self._value(key).source

    def _value(self, key: str) -> RegionValue:
        try:
            return self.values[key]
        except KeyError:
            raise RegionValueMissing(region=self.name, key=key) from None


# From a region's code (settings.region, or the inbox's own) to its numbers.
ReadRegion = Callable[[str], RegionNumbers]
