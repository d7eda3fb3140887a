"""A door stages of a test wait at, in the process they share with it."""

import asyncio


class Gate:
    """``reached`` once a stage stands before it, ``opened`` to let it pass."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()


gates: dict[str, Gate] = {}


def gate(name: str) -> Gate:
    return gates.setdefault(name, Gate())
