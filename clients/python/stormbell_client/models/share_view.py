from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.share_view_level import ShareViewLevel
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="ShareView")



@_attrs_define
class ShareView:
    """ With whom something is shared.

        Attributes:
            object_id (str):
            owner_id (str): Whose it is
            owner_name (str):
            subject_id (str): Id of a user or group, or `everyone`
            subject_name (str):
            level (ShareViewLevel):
            shared_by (str):
            shared_by_name (str):
            shared_at (datetime.datetime):
            object_name (None | str | Unset):
     """

    object_id: str
    owner_id: str
    owner_name: str
    subject_id: str
    subject_name: str
    level: ShareViewLevel
    shared_by: str
    shared_by_name: str
    shared_at: datetime.datetime
    object_name: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        object_id = self.object_id

        owner_id = self.owner_id

        owner_name = self.owner_name

        subject_id = self.subject_id

        subject_name = self.subject_name

        level = self.level.value

        shared_by = self.shared_by

        shared_by_name = self.shared_by_name

        shared_at = self.shared_at.isoformat()

        object_name: None | str | Unset
        if isinstance(self.object_name, Unset):
            object_name = UNSET
        else:
            object_name = self.object_name


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "object_id": object_id,
            "owner_id": owner_id,
            "owner_name": owner_name,
            "subject_id": subject_id,
            "subject_name": subject_name,
            "level": level,
            "shared_by": shared_by,
            "shared_by_name": shared_by_name,
            "shared_at": shared_at,
        })
        if object_name is not UNSET:
            field_dict["object_name"] = object_name

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_id = d.pop("object_id")

        owner_id = d.pop("owner_id")

        owner_name = d.pop("owner_name")

        subject_id = d.pop("subject_id")

        subject_name = d.pop("subject_name")

        level = ShareViewLevel(d.pop("level"))




        shared_by = d.pop("shared_by")

        shared_by_name = d.pop("shared_by_name")

        shared_at = datetime.datetime.fromisoformat(d.pop("shared_at"))




        def _parse_object_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        object_name = _parse_object_name(d.pop("object_name", UNSET))


        share_view = cls(
            object_id=object_id,
            owner_id=owner_id,
            owner_name=owner_name,
            subject_id=subject_id,
            subject_name=subject_name,
            level=level,
            shared_by=shared_by,
            shared_by_name=shared_by_name,
            shared_at=shared_at,
            object_name=object_name,
        )


        share_view.additional_properties = d
        return share_view

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
