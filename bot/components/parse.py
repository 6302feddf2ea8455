"""Parses many sentences with one load of the model: `python -m bot.components.parse --model FILE`.

Standard input: one JSON string a line. Standard output: for each line {"intent", "confidence", "entities",
"wishes", "milliseconds"}. Called by bot/evaluation.py.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from bot.components import lean
from bot.components.quiet import keep_quiet

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description="Parse sentences with a trained model")
    parser.add_argument("--model", required=True)
    parser.add_argument("--config", default=str(ROOT / "config.yml"))
    arguments = parser.parse_args()
    keep_quiet()
    if lean.config_is_lean(Path(arguments.config)):
        lean.install()
    # Whatever Rasa prints must not end up between the results.
    results, sys.stdout = sys.stdout, sys.stderr
    from rasa.core.agent import Agent

    agent = Agent.load(arguments.model)
    for line in sys.stdin:
        started = time.perf_counter()
        parsed = asyncio.run(agent.parse_message(json.loads(line)))
        result = {
            "intent": parsed["intent"]["name"],
            "confidence": parsed["intent"]["confidence"],
            "entities": [
                {key: e[key] for key in ("entity", "value", "start", "end")}
                for e in parsed["entities"]
            ],
            "wishes": parsed.get("wishes", []),
            "milliseconds": (time.perf_counter() - started) * 1000,
        }
        results.write(json.dumps(result, ensure_ascii=False) + "\n")
        results.flush()


if __name__ == "__main__":
    main()
