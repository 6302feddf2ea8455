"""What other parts may do with an article, in one place: drafts.py writes, publishing.py decides what citizens get."""

from __future__ import annotations

from knowledge.articles.drafts import (
    Written,
    content_of,
    create,
    delete,
    draft_article,
    draft_version,
    edit,
    revise,
)
from knowledge.articles.errors import (
    ArticleChanged,
    AttachmentUnknown,
    CitationRequired,
    DraftOpen,
    KeyTaken,
    NextUnknown,
    SecondPersonRequired,
    VersionExpired,
)
from knowledge.articles.publishing import (
    publish,
    publish_reviewed,
    retire,
    roll_back,
    send_back,
    submit,
    withdraw,
)

# Authors that are not persons: what they publish needs no second person (it was reviewed before it came).
SHIPPED, IMPORT = "shipped", "import"

__all__ = [
    "IMPORT", "SHIPPED", "ArticleChanged", "AttachmentUnknown", "CitationRequired", "DraftOpen", "KeyTaken",
    "NextUnknown", "SecondPersonRequired", "VersionExpired", "Written", "content_of", "create", "delete",
    "draft_article", "draft_version", "edit", "publish", "publish_reviewed", "retire", "revise", "roll_back",
    "send_back", "submit", "withdraw",
]  # fmt: skip
