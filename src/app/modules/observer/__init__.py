"""Observer: a read-only view of nodes and queue, started and stopped on demand.

Owns observations and observer_samples. Calls jobs and nodes.
"""

from app.kernel.module import Module
from app.modules.observer import models as models

__all__ = ["module"]

module = Module(name="observer")
