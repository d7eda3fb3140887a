"""A container of Azure Blob Storage."""

import importlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.modules.credentials import Bearer, Password, Secret
from app.modules.data.storage import Access, Capability
from app.modules.data.storage._azure_blocks import Blocks, access_signature
from app.modules.data.storage._bucket_parts import InParts
from app.modules.data.storage._buckets import ENDPOINT, RETRIES, Bucket, client_options
from app.modules.data.storage._paths import plain_parts

# A password's is the account's access key; a token is an access token of Entra, or a shared access signature.
CREDENTIAL_KINDS = ("password", "bearer", "oauth")


class Settings(BaseModel):
    """Which container of which account."""

    model_config = ConfigDict(extra="forbid")

    account: str = Field(
        title="Storage account",
        pattern=r"^[a-z0-9]{3,24}$",
        description="Logged in to with its access key as a password, or with a token: of Entra, or a shared access "
        "signature that begins with sv=",
    )
    container: str = Field(title="Container", pattern=r"^[a-z0-9$][a-z0-9-]{1,61}[a-z0-9]$")
    prefix: str = Field("", title="Below this path of the container", max_length=500)
    endpoint: str | None = Field(
        None,
        title="Address of the account",
        description="Azure's public cloud without",
        max_length=500,
        pattern=ENDPOINT,
        examples=["https://account.blob.core.usgovcloudapi.net"],
    )


async def probe(settings: Settings) -> str | None:
    """Say why this driver cannot be used with these settings, ``None`` if it can."""
    if settings.prefix:
        plain_parts(settings.prefix.strip("/"))
    return None


class Storage(InParts):
    """Objects as block blobs; see the seam for what each method promises."""

    capabilities: frozenset[Capability] = Bucket.capabilities | {"parts"}

    def __init__(self, settings: Settings, access: Access | None = None) -> None:
        endpoint = (settings.endpoint or f"https://{settings.account}.blob.core.windows.net").rstrip("/")
        # It lists in the order of the names, but from the beginning each time: obstore has no other way to begin.
        super().__init__(access, prefix=settings.prefix, endpoint=endpoint, ordered=False)
        self._settings = settings
        self._multipart = Blocks(self._access, f"{endpoint}/{settings.container}", settings.account)

    def _open(self, secret: Secret | None) -> Any:
        config: dict[str, Any] = {
            "account_name": self._settings.account,
            "endpoint": self._endpoint,
            "use_emulator": False,
            "skip_signature": secret is None,  # else it would ask the machine it runs on for a token
        }
        given = _lent(secret)
        return importlib.import_module("obstore.store").AzureStore(
            self._settings.container,
            config=config,
            client_options=client_options(self._endpoint),
            retry_config=RETRIES,
            **({} if given is None else {"credential_provider": lambda: given}),
        )


def _lent(secret: Secret | None) -> dict[str, Any] | None:
    if isinstance(secret, Password):
        return {"access_key": secret.password, "expires_at": None}
    if isinstance(secret, Bearer):
        if (signature := access_signature(secret)) is not None:
            return {"sas_token": signature, "expires_at": None}
        return {"token": secret.token, "expires_at": None}
    return None
