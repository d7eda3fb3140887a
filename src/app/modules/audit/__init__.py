"""Audit: who changed what, append-only and chained by hash.

Owns audit_seals; seals and serves the kernel's audit_events. Calls nodes. Announces nothing.
"""

from app.kernel.module import Module
from app.modules.audit.models import AuditSeal

__all__ = ["AuditSeal", "module"]

module = Module(name="audit")
