"""Who draws which kind of picture (actions/pictures); `app` hands them to the addresses of pictures."""

from __future__ import annotations

from collections.abc import Mapping

import actions.tasks.prepayment.picture as prepayment
import actions.tasks.repayment.picture as repayment
from actions.pictures.links import Painter

PAINTERS: Mapping[str, Painter] = {
    repayment.KIND: repayment.paint,
    prepayment.KIND: prepayment.paint,
}
