"""Credentials: secrets that machines, storages and connectors log in with.

Calls accounts and jobs. Announces nothing yet.
"""

from app.kernel.module import Module

__all__ = ["module"]

module = Module(name="credentials")
