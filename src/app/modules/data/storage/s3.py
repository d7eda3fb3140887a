"""A bucket of an S3 service: Amazon's, Google's (with HMAC keys), MinIO, SeaweedFS, Ceph."""

import importlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.modules.credentials import S3Keys, Secret
from app.modules.data.storage import Access, Capability
from app.modules.data.storage._bucket_parts import InParts
from app.modules.data.storage._buckets import BUCKET, RETRIES, Bucket, client_options
from app.modules.data.storage._paths import plain_parts
from app.modules.data.storage._s3_parts import Multipart

CREDENTIAL_KINDS = ("s3",)


class Settings(BaseModel):
    """Which bucket, and where."""

    model_config = ConfigDict(extra="forbid")

    bucket: str = Field(title="Bucket", pattern=BUCKET)
    endpoint: str | None = Field(
        None,
        title="Address of the service",
        description="Amazon's when left out",
        max_length=500,
        pattern=r"^https?://[^\s?#@/]+/?$",
        examples=["https://minio.example.org:9000"],
    )
    region: str = Field("us-east-1", title="Region", pattern=r"^[A-Za-z0-9-]{1,40}$")
    prefix: str = Field("", title="Below this path of the bucket", max_length=500)
    path_style: StrictBool = Field(True, description="The bucket is in the path of addresses, and not in their host")


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    if settings.prefix:
        plain_parts(settings.prefix.strip("/"))
    return None


class Storage(InParts):
    """Objects as objects; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = Bucket.capabilities | {"parts", "sign"}
    _multipart: Multipart

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        endpoint = (settings.endpoint or f"https://s3.{settings.region}.amazonaws.com").rstrip("/")
        parts = urlsplit(endpoint)
        if settings.path_style:
            bucket_url = f"{endpoint}/{settings.bucket}"
        else:
            bucket_url = f"{parts.scheme}://{settings.bucket}.{parts.netloc}"
        # Not every service lists in the order of the keys' bytes, as Amazon's does: SeaweedFS 4.48 goes directory by
        # directory, and leaves out what then lies before the key it is to go on after.
        super().__init__(
            access,
            prefix=settings.prefix,
            endpoint=endpoint if settings.path_style else bucket_url,
            ordered=settings.endpoint is None,
        )
        self._settings = settings
        self._multipart = Multipart(self._access, bucket_url, settings.region)
        self._says_partial = True

    async def _range(self, store: Any, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        if self._says_partial:
            try:
                async for chunk in super()._range(store, key, start, end):
                    yield chunk
            except Exception as error:  # obstore's are told apart by their text
                if "NotPartial" not in str(error):
                    raise
                # obstore takes a range with status 206 only; rclone's server says 200.
                self._says_partial = False
            else:
                return
        async for chunk in self._multipart.read(key, start, end):
            yield chunk

    def _open(self, secret: Secret | None) -> Any:
        keys = secret if isinstance(secret, S3Keys) else None
        config: dict[str, Any] = {
            "endpoint": self._endpoint,
            "region": self._settings.region,
            "virtual_hosted_style_request": not self._settings.path_style,
            "skip_signature": keys is None,  # else it would ask the machine it runs on for keys
        }
        if keys is not None:
            config |= {"access_key_id": keys.access_key_id, "secret_access_key": keys.secret_access_key}
            if keys.session_token is not None:
                config["session_token"] = keys.session_token
        return importlib.import_module("obstore.store").S3Store(
            self._settings.bucket,
            config=config,
            client_options=client_options(self._endpoint),
            retry_config=RETRIES,
        )
