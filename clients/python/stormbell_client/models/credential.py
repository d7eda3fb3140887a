from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.credential_status import CredentialStatus
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.credential_public import CredentialPublic





T = TypeVar("T", bound="Credential")



@_attrs_define
class Credential:
    """ A credential without its secret.

        Attributes:
            id (str):
            name (str):
            kind (str):
            owner_id (str):
            public (CredentialPublic): What may be seen: user name, public key, address
            status (CredentialStatus):
            created_at (datetime.datetime):
            replaced_at (datetime.datetime):
            state_text (None | str | Unset):
            renewed_at (datetime.datetime | None | Unset):
            expires_at (datetime.datetime | None | Unset):
            replace_after_days (int | None | Unset):
            last_used_at (datetime.datetime | None | Unset):
            last_used_by (None | str | Unset): Id of the user whose work used it
            tested_at (datetime.datetime | None | Unset):
            test_passed (bool | None | Unset):
            test_text (None | str | Unset):
            connect_path (None | str | Unset): Where on this server its service leads back to: can be connected in a browser
     """

    id: str
    name: str
    kind: str
    owner_id: str
    public: CredentialPublic
    status: CredentialStatus
    created_at: datetime.datetime
    replaced_at: datetime.datetime
    state_text: None | str | Unset = UNSET
    renewed_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    replace_after_days: int | None | Unset = UNSET
    last_used_at: datetime.datetime | None | Unset = UNSET
    last_used_by: None | str | Unset = UNSET
    tested_at: datetime.datetime | None | Unset = UNSET
    test_passed: bool | None | Unset = UNSET
    test_text: None | str | Unset = UNSET
    connect_path: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.credential_public import CredentialPublic # noqa: PLC0415
        id = self.id

        name = self.name

        kind = self.kind

        owner_id = self.owner_id

        public = self.public.to_dict()

        status = self.status.value

        created_at = self.created_at.isoformat()

        replaced_at = self.replaced_at.isoformat()

        state_text: None | str | Unset
        if isinstance(self.state_text, Unset):
            state_text = UNSET
        else:
            state_text = self.state_text

        renewed_at: None | str | Unset
        if isinstance(self.renewed_at, Unset):
            renewed_at = UNSET
        elif isinstance(self.renewed_at, datetime.datetime):
            renewed_at = self.renewed_at.isoformat()
        else:
            renewed_at = self.renewed_at

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

        last_used_at: None | str | Unset
        if isinstance(self.last_used_at, Unset):
            last_used_at = UNSET
        elif isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        last_used_by: None | str | Unset
        if isinstance(self.last_used_by, Unset):
            last_used_by = UNSET
        else:
            last_used_by = self.last_used_by

        tested_at: None | str | Unset
        if isinstance(self.tested_at, Unset):
            tested_at = UNSET
        elif isinstance(self.tested_at, datetime.datetime):
            tested_at = self.tested_at.isoformat()
        else:
            tested_at = self.tested_at

        test_passed: bool | None | Unset
        if isinstance(self.test_passed, Unset):
            test_passed = UNSET
        else:
            test_passed = self.test_passed

        test_text: None | str | Unset
        if isinstance(self.test_text, Unset):
            test_text = UNSET
        else:
            test_text = self.test_text

        connect_path: None | str | Unset
        if isinstance(self.connect_path, Unset):
            connect_path = UNSET
        else:
            connect_path = self.connect_path


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "kind": kind,
            "owner_id": owner_id,
            "public": public,
            "status": status,
            "created_at": created_at,
            "replaced_at": replaced_at,
        })
        if state_text is not UNSET:
            field_dict["state_text"] = state_text
        if renewed_at is not UNSET:
            field_dict["renewed_at"] = renewed_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if replace_after_days is not UNSET:
            field_dict["replace_after_days"] = replace_after_days
        if last_used_at is not UNSET:
            field_dict["last_used_at"] = last_used_at
        if last_used_by is not UNSET:
            field_dict["last_used_by"] = last_used_by
        if tested_at is not UNSET:
            field_dict["tested_at"] = tested_at
        if test_passed is not UNSET:
            field_dict["test_passed"] = test_passed
        if test_text is not UNSET:
            field_dict["test_text"] = test_text
        if connect_path is not UNSET:
            field_dict["connect_path"] = connect_path

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credential_public import CredentialPublic # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = d.pop("kind")

        owner_id = d.pop("owner_id")

        public = CredentialPublic.from_dict(d.pop("public"))




        status = CredentialStatus(d.pop("status"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        replaced_at = datetime.datetime.fromisoformat(d.pop("replaced_at"))




        def _parse_state_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        state_text = _parse_state_text(d.pop("state_text", UNSET))


        def _parse_renewed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                renewed_at_type_0 = datetime.datetime.fromisoformat(data)



                return renewed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        renewed_at = _parse_renewed_at(d.pop("renewed_at", UNSET))


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


        def _parse_last_used_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data)



                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at", UNSET))


        def _parse_last_used_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_used_by = _parse_last_used_by(d.pop("last_used_by", UNSET))


        def _parse_tested_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tested_at_type_0 = datetime.datetime.fromisoformat(data)



                return tested_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        tested_at = _parse_tested_at(d.pop("tested_at", UNSET))


        def _parse_test_passed(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        test_passed = _parse_test_passed(d.pop("test_passed", UNSET))


        def _parse_test_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        test_text = _parse_test_text(d.pop("test_text", UNSET))


        def _parse_connect_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        connect_path = _parse_connect_path(d.pop("connect_path", UNSET))


        credential = cls(
            id=id,
            name=name,
            kind=kind,
            owner_id=owner_id,
            public=public,
            status=status,
            created_at=created_at,
            replaced_at=replaced_at,
            state_text=state_text,
            renewed_at=renewed_at,
            expires_at=expires_at,
            replace_after_days=replace_after_days,
            last_used_at=last_used_at,
            last_used_by=last_used_by,
            tested_at=tested_at,
            test_passed=test_passed,
            test_text=test_text,
            connect_path=connect_path,
        )


        credential.additional_properties = d
        return credential

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
