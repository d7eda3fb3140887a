"""Every driver there is, by kind, the broken ones with what is wrong."""

from app.kernel import drivers
from app.modules.logging.schemas import DriverList, DriverView

KINDS = (
    "accounts.method",
    "machines.batch",
    "machines.transport",
    "data.storage",
    "ingest.source",
    "credentials.kind",
    "logging.sink",
)


def list_drivers() -> DriverList:
    """Return all drivers. Imports them, so call it in a thread."""
    return DriverList(
        items=[
            DriverView(
                kind=info.kind,
                name=info.name,
                title=info.title,
                available=info.error is None,
                error=info.error,
                settings_schema=info.settings_schema,
            )
            for kind in KINDS
            for info in drivers.available(kind)
        ]
    )
