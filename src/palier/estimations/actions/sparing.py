"""One file that cannot be read never stops the estimates of the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import Error

from palier.estimations.drafts import Draft

log = logging.getLogger(__name__)
Work = Callable[[Sequence[UUID]], list[Draft]]


def spared(work: Work, ids: Sequence[UUID], *, of: str) -> tuple[list[Draft], set[UUID]]:
    """The drafts of all of these, and those left out because their own facts break the count.

    A batch that breaks is cut in two until what is wrong stands alone: it is written in the log, and waits for the next
    night. A fault of the database is nobody's own: it stops everything, and the queue tries again.
    """
    try:
        return work(ids), set()
    except Error:
        raise
    except Exception as error:  # its text may name somebody: the kind of fault is enough here
        if len(ids) == 1:
            log.warning("estimates: %s in one %s, left out", type(error).__name__, of)
            return [], set(ids)
    middle = len(ids) // 2
    first, second = (spared(work, half, of=of) for half in (ids[:middle], ids[middle:]))
    return first[0] + second[0], first[1] | second[1]
