"""What the people's benchmark says of its figures."""

from __future__ import annotations

from typing import Any

from benchmarks.people_report import RELAY, people_text


def target(
    rates: list[float], p99: float, failures: dict[str, int] | None = None
) -> dict[str, Any]:
    times = {"p50": 5.0, "p99": p99, "most": 2 * p99}
    return {
        "per_second": rates[0], "rounds_per_second": rates, "heard_ms": times,
        "acknowledged_ms": times, "cpu_ms": {"full": {"server": 0.5, "generator": 9.0}},
        "kb_per_socket": 40.0, "failures": failures or {},
    }  # fmt: skip


def said(**products: dict[str, Any]) -> list[str]:
    targets = {RELAY: target([3000.0, 1000.0, 3000.0], 2.0)} | products
    result = {"targets": targets, "sockets": 1100, "load_before": 1.0, "load_after": 2.0}
    return people_text(result)


def test_the_share_of_the_relay_is_that_of_rounds_side_by_side() -> None:
    # The second round of both had half a machine.
    text = "\n".join(said(SQLite=target([1200.0, 400.0, 1200.0], 100.0)))
    assert "met     SQLite: 0.40 of the relay's rate" in text
    assert "MISSED" not in text


def test_a_slow_screen_and_a_lost_message_miss_their_goals() -> None:
    text = "\n".join(said(SQLite=target([900.0, 300.0, 900.0], 151.0, {"never heard": 1})))
    assert "MISSED  SQLite: heard within 151 ms" in text
    assert "MISSED  SQLite: 0.30 of the relay's rate" in text
    assert "MISSED  SQLite: lost, doubled, out of order or refused: {'never heard': 1}" in text
