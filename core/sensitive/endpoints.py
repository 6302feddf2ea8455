"""HTTP routes of the sensitive words: the document with the lists, and a trial of what they would do."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from core.auth.actor import Actor
from core.auth.http import require
from core.auth.permissions import Permission
from core.config_endpoints import add_document
from core.conversation.content import MAX_TEXT
from core.conversation.keeping import CONFIG_NAME as PERSONAL
from core.conversation.keeping import PersonalSettings
from core.sensitive.book import CONFIG_NAME, WordBook
from core.sensitive.words import WordFilter, WordsConfig
from core.unit_of_work import UnitOfWorkFactory

Editor = Annotated[Actor, Depends(require(Permission.DESK_SETTINGS))]


class WordsTrial(BaseModel):
    """A text as it would go by these lists, which need not be saved."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    config: WordsConfig
    text: str = Field(min_length=1, max_length=MAX_TEXT)


class WordsTried(BaseModel):
    """`agent`: the words that keep an agent from sending it. `shown`: what a citizen's text becomes."""

    agent: list[str]
    citizen: Literal["sent", "masked", "refused"]
    shown: str


def build_router(uows: UnitOfWorkFactory, book: WordBook) -> APIRouter:
    router = APIRouter(prefix="/desk/settings", tags=["settings"])
    add_document(router, "/words", name=CONFIG_NAME, model=WordsConfig, uows=uows, after=book.use)
    add_document(router, "/personal", name=PERSONAL, model=PersonalSettings, uows=uows)

    @router.post("/words/try")
    def try_words(body: WordsTrial, actor: Editor) -> WordsTried:
        """What would become of a text. Compiling thousands of words takes a moment: not on the loop."""
        words = WordFilter(body.config)
        if words.refused(body.text):
            return WordsTried(agent=words.blocked(body.text), citizen="refused", shown="")
        shown = words.masked(body.text)
        return WordsTried(
            agent=words.blocked(body.text),
            citizen="sent" if shown == body.text else "masked",
            shown=shown,
        )

    return router
