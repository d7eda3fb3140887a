"""A bucket of Google Cloud Storage."""

import importlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.modules.credentials import Bearer, Secret
from app.modules.data.storage import Access, Capability
from app.modules.data.storage._bucket_parts import InParts
from app.modules.data.storage._buckets import BUCKET, ENDPOINT, RETRIES, Bucket, client_options
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._s3_parts import Multipart

CREDENTIAL_KINDS = ("google_key", "oauth", "bearer")
_GOOGLE = "https://storage.googleapis.com"


class Settings(BaseModel):
    """Which bucket, and where."""

    model_config = ConfigDict(extra="forbid")

    bucket: str = Field(title="Bucket", pattern=BUCKET)
    prefix: str = Field("", title="Below this path of the bucket", max_length=500)
    endpoint: str | None = Field(
        None, title="Address of the service", description="Google's without", max_length=500, pattern=ENDPOINT
    )


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    if settings.prefix:
        plain_parts(settings.prefix.strip("/"))
    return None


class Storage(InParts):
    """Objects as objects; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = Bucket.capabilities | {"parts"}

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        endpoint = (settings.endpoint or _GOOGLE).rstrip("/")
        super().__init__(access, prefix=settings.prefix, endpoint=endpoint, ordered=settings.endpoint is None)
        self._bucket = settings.bucket
        self._multipart = Multipart(self._access, f"{endpoint}/{settings.bucket}")

    def _open(self, secret: Secret | None) -> Any:
        token = secret.token if isinstance(secret, Bearer) else None
        config: dict[str, Any] = {
            "base_url": self._endpoint,
            "skip_signature": token is None,  # else it would ask the machine it runs on for a token
        }
        return importlib.import_module("obstore.store").GCSStore(
            self._bucket,
            config=config,
            client_options=client_options(self._endpoint),
            retry_config=RETRIES,
            **({} if token is None else {"credential_provider": lambda: {"token": token, "expires_at": None}}),
        )
