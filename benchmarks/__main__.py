"""`make bench`: the product beside bare Rasa, with the same model, the same messages, in the same run.

make bench                              everything, about half an hour
make bench ARGS="--quick"               a short round of each, for a first impression
make bench ARGS="--only people"         citizens and agents talking, alone
make bench ARGS="--only desk"           the agents' page in a browser, alone
make bench ARGS="--only uploads"        files through the server, alone
make bench ARGS="--only widget"         the citizens' window on a slow phone, alone
make bench ARGS="--only scrolling"      the citizens' window through 5,000 messages, alone
make bench ARGS="--only knowledge"      the knowledge search alone, at 1,000 to 100,000 questions
make bench ARGS="--json result.json"    the figures as JSON as well
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.topics import topic_examples
from benchmarks.comparison import (
    BARE,
    BUSY,
    FULL,
    QUICK,
    SOCKET,
    Comparison,
    Generator,
    same_answers,
)
from benchmarks.processes import BareRasa, NotReady, Product, memory_mb
from benchmarks.report import as_text
from bot.training import rasa_python, train
from core.errors import BangbanError
from core.settings import ROOT, Settings

PARTS = ("knowledge", "people", "desk", "widget", "scrolling", "uploads")
# Wordings of articles: a large fund's base has a few thousand, all services of a province tens of thousands.
SIZES = (1_000, 10_000, 100_000)


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


def machine() -> dict[str, Any]:
    """What the figures depend on; no names."""
    rasa = subprocess.run(
        [rasa_python(ROOT), "--version"], capture_output=True, text=True, check=True
    )
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "rasa_python": rasa.stdout.split()[-1],
        "load_before": os.getloadavg()[0],
    }


def measure(folder: Path, *, quick: bool, only: str | None) -> dict[str, Any]:
    """All measurements; their order keeps them out of each other's way."""
    result: dict[str, Any] = {"date": datetime.now(UTC).isoformat(timespec="seconds")}
    result["machine"] = machine()
    if only is None:
        result |= measure_turns(folder, quick=quick)
    if only in (None, "people"):
        result["people"] = measure_people(folder / "people", quick=quick)
    if only in (None, "desk"):
        result["desk"] = measure_desk(folder / "desk", quick=quick)
    if only in (None, "widget"):
        result["widget"] = measure_widget(folder / "widget", quick=quick)
    if only in (None, "scrolling"):
        result["scrolling"] = measure_scrolling(folder / "scrolling", quick=quick)
    if only in (None, "uploads"):
        result["uploads"] = measure_uploads(folder / "uploads", quick=quick)
    if only in (None, "knowledge"):
        result["knowledge"] = measure_knowledge(folder / "scale", quick=quick)
    return result


def measure_people(folder: Path, *, quick: bool) -> dict[str, Any]:
    """1,000 citizens and 100 agents beside a bare relay, and agents who pull at the same time."""
    say("people talking through sockets, some ten minutes" if not quick else "people talking")
    return apart("benchmarks.people", str(folder), *(["--quick"] if quick else []))


def measure_uploads(folder: Path, *, quick: bool) -> dict[str, Any]:
    """Large files and many at once, and what they cost the server in memory."""
    say("uploads, about a minute")
    return apart("benchmarks.uploads", str(folder), *(["--quick"] if quick else []))


def measure_widget(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The citizens' window on a slow phone, in Chromium."""
    say("the widget on a slow phone, about a minute")
    return apart("benchmarks.widget", str(folder), *(["--quick"] if quick else []))


def measure_desk(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The agents' page with a full desk, in Chromium."""
    say("the agents' page, some four minutes" if not quick else "the agents' page")
    return apart("benchmarks.desk_page", str(folder), *(["--quick"] if quick else []))


def measure_scrolling(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The citizens' window with a long past, in Chromium."""
    say("the citizens' window, some five minutes" if not quick else "the citizens' window")
    return apart("benchmarks.widget_scroll", str(folder), *(["--quick"] if quick else []))


def measure_turns(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The product beside bare Rasa."""
    result: dict[str, Any] = {}
    product = Product(folder / "home")
    bare = BareRasa(folder / "bare", product)
    generator = Generator()
    try:
        say("training the model, unless it is in the cache")
        train(ROOT, Settings().model_dir, topic_examples())
        result["start_seconds"] = {} if quick else measure_starts(product, bare)
        if quick:
            say("starting the product and bare Rasa")
            product.launch()
            bare.launch()
            product.wait_ready()
            bare.wait_ready()
        plan = QUICK if quick else FULL
        comparison = Comparison(product, bare, generator, say)
        say("warming up")
        comparison.warm_up(plan)
        samples = comparison.run(plan)
        result["comparison"] = {
            load: {target: sample.summary() for target, sample in targets.items()}
            for load, targets in samples.items()
        }
        result["same_answers"] = same_answers(samples[BUSY][BARE], samples[BUSY][SOCKET])
        result["failures"] = {
            f"{load} {target}": len(sample.failures)
            for load, targets in samples.items()
            for target, sample in targets.items()
        }
        result["memory_mb"] = {
            "server": memory_mb(product.server),
            "our Rasa": memory_mb(product.rasa),
            "bare Rasa": memory_mb(bare.process),
        }
    finally:
        generator.stop()
        product.stop()
        bare.stop()
    say("search and engine alone")
    result["alone"] = measure_alone(folder / "alone", rounds=1 if quick else 4)
    return result


def measure_starts(product: Product, bare: BareRasa) -> dict[str, float]:
    """Seconds until ready, each alone on the machine; both are running afterwards."""
    seconds = {}
    for name in ("in a new home", "again"):
        say(f"starting the product, {name}")
        product.stop()
        product.launch()
        seconds[name] = product.wait_ready()
    say("starting bare Rasa")
    bare.launch()
    seconds["bare Rasa"] = bare.wait_ready()
    return seconds


def measure_knowledge(folder: Path, *, quick: bool) -> dict[str, Any]:
    """The knowledge search by number of questions, and a server whose index changes while it is asked."""
    result: dict[str, Any] = {"sizes": []}
    for size in SIZES[:-1] if quick else SIZES:
        say(f"knowledge search over {size:,} questions")
        result["sizes"].append(apart("benchmarks.knowledge", str(size), str(folder / "knowledge")))
    if not quick:
        say(f"publishing, training and rebuilding {SIZES[-1]:,} questions under load")
        result["live"] = apart("benchmarks.live", str(SIZES[-1]), str(folder / "live"))
    return result


def measure_alone(home: Path, rounds: int) -> dict[str, Any]:
    return apart("benchmarks.alone", str(home), str(rounds))


def apart(module: str, *arguments: str) -> dict[str, Any]:
    """What a measuring module prints when it has a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotReady(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--only", choices=PARTS, help="this part alone")
    arguments = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bangban-bench-") as folder:
        try:
            result = measure(Path(folder), quick=arguments.quick, only=arguments.only)
        except (NotReady, BangbanError) as error:
            sys.exit(f"The benchmark failed: {error}")
    result["took_seconds"] = time.monotonic() - begun
    if arguments.json:
        arguments.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(as_text(result))


if __name__ == "__main__":
    main()
