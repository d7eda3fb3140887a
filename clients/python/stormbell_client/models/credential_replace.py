from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.credential_replace_settings import CredentialReplaceSettings





T = TypeVar("T", bound="CredentialReplace")



@_attrs_define
class CredentialReplace:
    """ What takes the place of the secret; the kind stays.

        Attributes:
            settings (CredentialReplaceSettings | Unset): What the kind's settings_schema asks for (GET /drivers, kind
                credentials.kind); never shown again
            expires_at (datetime.datetime | None | Unset): Of the new one; left out, it does not expire
     """

    settings: CredentialReplaceSettings | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.credential_replace_settings import CredentialReplaceSettings # noqa: PLC0415
        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credential_replace_settings import CredentialReplaceSettings # noqa: PLC0415
        d = dict(src_dict)
        _settings = d.pop("settings", UNSET)
        settings: CredentialReplaceSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = CredentialReplaceSettings.from_dict(_settings)




        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))


        credential_replace = cls(
            settings=settings,
            expires_at=expires_at,
        )

        return credential_replace

