"""Two routes by which open dialogues move to another Rasa process: used by bot/switching.py, added by channel.py.

GET  trackers?after=N, or ?sender=ID  -> {"shared", "mark", "more", "trackers": {conversation: tracker as text}}
POST trackers {"trackers": {...}} -> {"taken": N}

With a tracker store that the processes share there is nothing to move ("shared").
"""

from __future__ import annotations

from typing import Callable

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.components.tracker_store import BoundedTrackerStore

# Serialising a page takes a few milliseconds, in which no turn is worked on.
PAGE_CHARACTERS = 2_000_000


def add_routes(routes: Blueprint, is_allowed: Callable[[Request], bool]) -> None:
    @routes.route("/trackers", methods=["GET"])
    async def read_out(request: Request) -> HTTPResponse:
        if not is_allowed(request):
            return response.json({"reason": "NotAuthenticated"}, status=401)
        store = BoundedTrackerStore.current
        if store is None:
            return response.json({"shared": True, "mark": 0, "more": False, "trackers": {}})
        sender = request.args.get("sender")
        if sender:
            found = store.read_one(sender)
            return response.json({"shared": False, "mark": 0, "more": False, "trackers": found})
        after = request.args.get("after", "0")
        trackers, mark, more = store.read_after(
            int(after) if after.isdigit() else 0, PAGE_CHARACTERS
        )
        return response.json({"shared": False, "mark": mark, "more": more, "trackers": trackers})

    @routes.route("/trackers", methods=["POST"])
    async def take_over(request: Request) -> HTTPResponse:
        if not is_allowed(request):
            return response.json({"reason": "NotAuthenticated"}, status=401)
        store = BoundedTrackerStore.current
        trackers = (request.json or {}).get("trackers") or {}
        if store is not None:
            for sender, text in trackers.items():
                await store.take_over(str(sender), str(text))
        return response.json({"taken": len(trackers)})
