"""Values and words together, without Rasa: `python -m bot.components.extract`, and for entities.py.

Standard input: one JSON object a line, {"text", "today"?}. Standard output: for each line {"entities": [{"entity",
"value", "start", "end"}], "milliseconds"}. Called by bot/entity_evaluation.py and tests; needs Rasa's interpreter.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from datetime import date

from bot.components.values import MAX_LENGTH, AccountRule, Value, find_values
from bot.components.words import WordList


class Extractor:
    """Everything docs/nlu-values.md defines. Keep one: it holds the lists of words."""

    def __init__(self, fund_account: AccountRule | None = None) -> None:
        self._fund_account = fund_account or AccountRule()
        self._words = WordList()

    def find(self, text: str, today: date | None = None) -> list[Value]:
        """Values and words from left to right, each once. A word inside a value is part of it."""
        text = text[:MAX_LENGTH]
        values = find_values(text, today, self._fund_account)
        words = [
            word
            for word in self._words.find(text)
            if all(word.end <= v.start or word.start >= v.end for v in values)
        ]
        return sorted([*values, *words], key=lambda value: (value.start, value.kind))


def main() -> None:
    logging.getLogger("jieba").setLevel(logging.WARNING)
    extractor = Extractor()
    extractor.find("北京")  # what is loaded at the first use
    for line in sys.stdin:
        asked = json.loads(line)
        today = date.fromisoformat(asked["today"]) if asked.get("today") else None
        started = time.perf_counter()
        found = extractor.find(asked["text"], today)
        milliseconds = (time.perf_counter() - started) * 1000
        entities = [
            {"entity": v.kind, "value": v.value, "start": v.start, "end": v.end} for v in found
        ]
        sys.stdout.write(json.dumps({"entities": entities, "milliseconds": milliseconds}) + "\n")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stderr.write(f"peak memory {megabytes} MB\n")


if __name__ == "__main__":
    main()
