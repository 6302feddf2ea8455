"""Money and rates as citizens read them. Pure."""

from __future__ import annotations

from decimal import Decimal

FEN_PER_YUAN = 100


def yuan(fen: int) -> str:
    """Fen as citizens read it: 60万元, 3,500元, 12.50元."""
    value = Decimal(fen) / FEN_PER_YUAN
    if value >= 100_000_000 and value % 1_000_000 == 0:
        return f"{(value / 100_000_000).normalize():f}亿元"
    if value >= 10_000 and value % 100 == 0:
        return f"{(value / 10_000).normalize():f}万元"
    if value == value.to_integral_value():
        return f"{int(value):,}元"
    return f"{value:,.2f}元"


def exact_yuan(fen: int) -> str:
    """Fen with both decimals, where every fen counts: 4,003.40元."""
    return f"{figures(fen)}元"


def figures(fen: int) -> str:
    """Fen as a cell of a table says them, whose caption names the unit: 4,003.40."""
    return f"{Decimal(fen) / FEN_PER_YUAN:,.2f}"


def percent(ratio: Decimal) -> str:
    """0.50 -> 50%, 0.02525 -> 2.525%."""
    return f"{(ratio * 100).normalize():f}%"
