"""Puts the figures of the people's benchmark into words. Figures in, text out."""

from __future__ import annotations

from typing import Any

RELAY = "bare relay"
# The goals: milliseconds (p99) to the other side's screen at 300 messages a second; share of the relay's rate.
MOST_HEARD_MS = 150.0
LEAST_SHARE = 1 / 3


def people_text(result: dict[str, Any]) -> list[str]:
    """The tables and the goals."""
    targets = result["targets"]
    lines = [
        "",
        f"{result['sockets']} sockets; load of the machine {result['load_before']:.1f} to "
        f"{result['load_after']:.1f}",
        f"{'':12}{'at 300 messages a second, ms':^40}{'as many as possible':^34}{'memory':>8}",
        f"{'':12}{'heard p50':>10}{'p99':>8}{'stored p50':>12}{'p99':>8}"
        f"{'messages/s':>14}{'CPU ms each':>12}{'(ratio)':>8}{'KB/socket':>10}",
    ]
    for name, figures in targets.items():
        heard, stored = figures["heard_ms"], figures["acknowledged_ms"]
        cpu = sum(value for who, value in figures["cpu_ms"]["full"].items() if who != "generator")
        lines.append(
            f"{name:<12}{heard['p50']:>10.1f}{heard['p99']:>8.1f}{stored['p50']:>12.1f}{stored['p99']:>8.1f}"
            f"{figures['per_second']:>14.0f}{cpu:>12.2f}{_share(targets, figures):>8.2f}"
            f"{figures['kb_per_socket']:>10.1f}"
        )
    for name, claims in result.get("claims", {}).items():
        lines.append(
            f"{name}: {claims['agents']} agents pulled {claims['claimed']} of {claims['waiting']} in "
            f"{claims['seconds']:.1f} s, a claim {claims['claim_ms']['p50']:.0f} ms (p50), "
            f"{claims['claim_ms']['p99']:.0f} (p99)"
        )
    return [*lines, "", *_goals(result)]


def _share(targets: dict[str, Any], figures: dict[str, Any]) -> float:
    if RELAY not in targets:
        return float("nan")
    pairs = zip(figures["rounds_per_second"], targets[RELAY]["rounds_per_second"], strict=True)
    shares = sorted(own / relay for own, relay in pairs)
    return shares[len(shares) // 2]


def _goals(result: dict[str, Any]) -> list[str]:
    checks = []
    for name, figures in result["targets"].items():
        failures = figures["failures"]
        checks.append(
            (f"{name}: lost, doubled, out of order or refused: {failures or 0}", not failures)
        )
        if name == RELAY:
            continue
        p99, share = figures["heard_ms"]["p99"], _share(result["targets"], figures)
        checks.append(
            (
                f"{name}: heard within {p99:.0f} ms (p99), allowed are {MOST_HEARD_MS:.0f}",
                p99 < MOST_HEARD_MS,
            )
        )
        checks.append(
            (
                f"{name}: {share:.2f} of the relay's rate, wanted is {LEAST_SHARE:.2f}",
                share >= LEAST_SHARE,
            )
        )
    for name, claims in result.get("claims", {}).items():
        once = (
            claims["claimed"] == claims["waiting"] == claims["served"]
            and not claims["claimed_twice"]
        )
        within = claims["most_of_an_agent"] <= claims["capacity"]
        checks.append((f"{name}: each claimed once, no agent above capacity", once and within))
    return [f"{'met   ' if met else 'MISSED'}  {text}" for text, met in checks]
