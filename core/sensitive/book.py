"""The sensitive words in force: engine and desk ask them before anything is stored.

Every server has its own compiled lists; `refresh_forever` brings a change made on another one.
"""

from __future__ import annotations

import asyncio
import logging

from core.configs import edition, get_config
from core.errors import InvalidInput
from core.sensitive.words import WordFilter, WordsConfig
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

CONFIG_NAME = "conversation.words"
REFRESH_SECONDS = 5.0


class WordsBlocked(InvalidInput):
    """An agent's text holds listed words. Details: `words`."""

    code, default_message = "words_blocked", "内容里有不能发送的词。"


class WordsRefused(InvalidInput):
    """A citizen's text holds words for which it is not taken. Which, it does not say: that would teach evasion."""

    code = "words_refused"


class SensitiveWords:
    """What may be sent, by the lists given last; none at first."""

    def __init__(self) -> None:
        self._filter = WordFilter(WordsConfig())

    def use(self, config: WordsConfig) -> None:
        self._filter = WordFilter(config)

    def check_agent(self, *texts: str, **details: str) -> None:
        """Raise WordsBlocked, with `details`, when an agent may not send one of the texts to a citizen."""
        words = list(dict.fromkeys(word for text in texts for word in self._filter.blocked(text)))
        if words:
            named = "、".join(f"“{word}”" for word in words[:10])
            raise WordsBlocked(
                f"内容里有不能发送的词：{named}。请改写后再试。", words=words, **details
            )

    def admitted(self, text: str) -> str:
        """A citizen's text as it may be stored; raises WordsRefused when it may not."""
        if self._filter.refused(text):
            raise WordsRefused(self._filter.refusal)
        return self._filter.masked(text)


class WordBook:
    """Keeps the words in step with the stored lists: loaded at start, on every change, and now and then."""

    def __init__(self, *, uows: UnitOfWorkFactory, words: SensitiveWords) -> None:
        self._uows = uows
        self.words = words
        self._edition: str | None = None

    async def load(self) -> None:
        """Judge by what is stored from now on; compiled anew only when it has changed."""
        async with self._uows.read() as session:
            stored = await edition(session, CONFIG_NAME)
            if stored == self._edition:
                return
            config = await get_config(session, CONFIG_NAME, WordsConfig)
        await asyncio.to_thread(self.words.use, config)
        self._edition = stored

    async def use(self, config: WordsConfig) -> None:
        """Judge by lists just saved: here at once, elsewhere within REFRESH_SECONDS."""
        # Tens of thousands of words take half a second to compile.
        await asyncio.to_thread(self.words.use, config)

    async def refresh_forever(self) -> None:
        while True:
            try:
                await self.load()
            except Exception:
                # The lists in force stay in force; the database or the document needs a look.
                log.exception("the sensitive words could not be loaded")
            await asyncio.sleep(REFRESH_SECONDS)
