"""Who draws which kind of picture (actions/pictures); `app` hands them to the addresses of pictures."""

from __future__ import annotations

from collections.abc import Mapping

from actions.pictures.links import Painter
from actions.tasks.repayment import picture as repayment

PAINTERS: Mapping[str, Painter] = {repayment.KIND: repayment.paint}
