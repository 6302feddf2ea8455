"""A citizen gets an answer though what was said before cannot be compared with it."""

from __future__ import annotations

import pytest

from tests.fakes import NoKnowledge
from tests.integration.engine.conftest import World


async def test_words_that_cannot_be_compared_do_not_silence_the_bot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_self: NoKnowledge, _text: str, _others: list[str]) -> list[float]:
        raise OverflowError

    monkeypatch.setattr(NoKnowledge, "similarity", breaks)
    receipt = await world.say("甲")
    await world.say("乙")
    kinds = [row.author_kind for row in await world.thread(receipt.conversation.id)]
    assert kinds == ["visitor", "bot", "visitor", "bot"]
