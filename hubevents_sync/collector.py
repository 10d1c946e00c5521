"""Keep the garbage collector from walking all that is alive, again and again, where there is nothing to find."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Inside, nothing is collected but by its last reference.

    For the making of a million tuples of texts and numbers, none of which can be part of a cycle: over them the
    collector takes as long again, and longer the more there are. Reading files and planning make no cycle at all.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


@contextmanager
def collector_at_ease() -> Iterator[None]:
    """Inside, what is part of a cycle is looked for a hundred times more rarely than else.

    For work that goes on for hours: cycles do come to be in it, few among a million rows that are made and dropped. The
    rows of the events under way are some 60,000 objects, none of which is worth a look.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(thresholds[0] * 100, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
