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
  from ..models.credential_create_settings import CredentialCreateSettings





T = TypeVar("T", bound="CredentialCreate")



@_attrs_define
class CredentialCreate:
    """ A credential to keep.

        Attributes:
            name (str):
            kind (str):
            settings (CredentialCreateSettings | Unset): What the kind's settings_schema asks for (GET /drivers, kind
                credentials.kind); never shown again
            expires_at (datetime.datetime | None | Unset): It is refused after this, and you are reminded before
            replace_after_days (int | None | Unset):
     """

    name: str
    kind: str
    settings: CredentialCreateSettings | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    replace_after_days: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.credential_create_settings import CredentialCreateSettings # noqa: PLC0415
        name = self.name

        kind = self.kind

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

        replace_after_days: int | None | Unset
        if isinstance(self.replace_after_days, Unset):
            replace_after_days = UNSET
        else:
            replace_after_days = self.replace_after_days


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "kind": kind,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if replace_after_days is not UNSET:
            field_dict["replace_after_days"] = replace_after_days

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credential_create_settings import CredentialCreateSettings # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        kind = d.pop("kind")

        _settings = d.pop("settings", UNSET)
        settings: CredentialCreateSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = CredentialCreateSettings.from_dict(_settings)




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


        def _parse_replace_after_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        replace_after_days = _parse_replace_after_days(d.pop("replace_after_days", UNSET))


        credential_create = cls(
            name=name,
            kind=kind,
            settings=settings,
            expires_at=expires_at,
            replace_after_days=replace_after_days,
        )

        return credential_create

