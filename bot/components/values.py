"""Finds values in a citizen's sentence and normalises them: money, time spans, dates, phones, identity numbers.

Pure functions from a text and a day to a list of `Value`; entities.py hands them to Rasa. What counts and what
does not: docs/nlu-values.md. Why these libraries: docs/adr/0023-values-and-libraries.md.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from bot.components.accounts import AccountRule, check_id_number, read_accounts
from bot.components.amounts import read_amounts, read_ordinals, read_rates
from bot.components.dates import read_dates
from bot.components.reading import Line, Value, plain
from bot.components.spans import read_ages, read_spans

__all__ = ["MAX_LENGTH", "AccountRule", "Value", "check_id_number", "find_values", "today_in_china"]

# Whoever answers a question is shorter. Thousands of values in one message would keep Rasa's one thread, and with it
# everybody else's turns, waiting for seconds.
MAX_LENGTH = 1000
# Asia/Shanghai without summer time, as it has been since 1991; not every machine has a time zone database.
CHINA = timezone(timedelta(hours=8))


def today_in_china() -> date:
    """The day "today" means in a message that arrives now."""
    return datetime.now(CHINA).date()


def find_values(
    text: str, today: date | None = None, fund_account: AccountRule | None = None
) -> list[Value]:
    """The values from left to right; they never overlap (an identity number is not a phone).

    Looked for in the first MAX_LENGTH characters. `today` is the day of the message in China, which 上个月 and
    15号 count from.
    """
    line = Line(plain(text[:MAX_LENGTH]), today or today_in_china())
    read_accounts(line, fund_account or AccountRule())
    read_dates(line)
    read_rates(line)
    read_ages(line)
    read_spans(line)
    read_ordinals(line)
    read_amounts(line)
    return sorted(line.values, key=lambda value: value.start)
