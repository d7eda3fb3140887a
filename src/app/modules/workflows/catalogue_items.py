"""An incident and its published data sets as a STAC item (SpatioTemporal Asset Catalog 1.1.0)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.modules import data
from app.modules.workflows.areas import bounds
from app.modules.workflows.models import IncidentRow

_FILE_EXTENSION = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
_SHA256_MULTIHASH = "1220"  # the code of SHA-256 and its length in bytes, as file:checksum wants them before the digest


def stac_item(
    incident: IncidentRow, datasets: Sequence[data.Dataset], link: str, *, published_at: datetime
) -> dict[str, Any]:
    """Return the item; assets are found below ``link``."""
    begin = incident.activated_at or incident.opened_at
    item: dict[str, Any] = {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": [_FILE_EXTENSION],
        "id": incident.id,
        "geometry": incident.area,
        "properties": {
            "title": incident.name,
            "datetime": None,
            "start_datetime": begin.isoformat(),
            "end_datetime": (incident.finished_at or published_at).isoformat(),
            "created": incident.opened_at.isoformat(),
            "updated": published_at.isoformat(),
            "stormbell:workflow": incident.workflow,
            "stormbell:workflow_version": incident.workflow_version,
            "stormbell:exercise": incident.exercise,
        },
        "links": [{"rel": "self", "href": link, "type": "application/geo+json"}],
        "assets": {
            one.id: {
                "href": f"{link}/datasets/{one.id}",
                "title": one.name,
                "type": one.media_type,
                "roles": [one.role or "data"],
                "created": one.created_at.isoformat(),
                "file:size": one.bytes,
                "file:checksum": _SHA256_MULTIHASH + one.sha256,
            }
            for one in datasets
        },
    }
    if incident.area is not None:
        item["bbox"] = list(bounds(incident.area))
    return item
