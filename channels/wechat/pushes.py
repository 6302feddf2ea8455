"""What an official account's events say, beyond the parser that all of WeChat's services share."""

from __future__ import annotations

from channels.tencent.receiving.pushes import Push

# A code made for a scene was scanned by somebody who then followed the account.
SCENE_PREFIX = "qrscene_"
FOLLOWED, UNFOLLOWED, SCANNED = "subscribe", "unsubscribe", "scan"
# A tap on the account's own menu that allows replies: 客服消息介绍 names these three of all menu events.
TAPS = frozenset({"click", "scancode_push", "scancode_waitmsg"})


def scene_in(push: Push) -> str | None:
    """The scene of a scanned code as WeChat writes it; None when nothing was scanned."""
    if push.event == SCANNED:
        return push.event_key
    if push.event == FOLLOWED and push.event_key.startswith(SCENE_PREFIX):
        return push.event_key.removeprefix(SCENE_PREFIX)
    return None
