"""How often the garbage collector looks for cycles in a process that serves."""

import gc

# Objects between two looks at the young ones. Reference counts free nearly all of a request or a stage before that: of
# the 700 Python begins with, most looks find nothing and cost a workflow of three stages a fifth of its CPU time.
_YOUNG_COUNT = 50_000


def settle() -> None:
    """Leave what start-up made out of all later looks, and look at the young objects less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_COUNT, 10, 10)
