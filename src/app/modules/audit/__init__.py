"""Audit: who changed what, append-only and chained by hash.

Calls nodes. Announces nothing yet.
"""

from app.kernel.module import Module

__all__ = ["module"]

module = Module(name="audit")
