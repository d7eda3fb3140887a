from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.publication_view_kind import PublicationViewKind
from typing import cast
import datetime






T = TypeVar("T", bound="PublicationView")



@_attrs_define
class PublicationView:
    """ Something made public.

        Attributes:
            id (str):
            incident_id (str):
            kind (PublicationViewKind):
            dataset_ids (list[str]):
            published_by (str):
            published_at (datetime.datetime):
            revoked_at (datetime.datetime | None):
     """

    id: str
    incident_id: str
    kind: PublicationViewKind
    dataset_ids: list[str]
    published_by: str
    published_at: datetime.datetime
    revoked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        incident_id = self.incident_id

        kind = self.kind.value

        dataset_ids = self.dataset_ids



        published_by = self.published_by

        published_at = self.published_at.isoformat()

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "incident_id": incident_id,
            "kind": kind,
            "dataset_ids": dataset_ids,
            "published_by": published_by,
            "published_at": published_at,
            "revoked_at": revoked_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        incident_id = d.pop("incident_id")

        kind = PublicationViewKind(d.pop("kind"))




        dataset_ids = cast(list[str], d.pop("dataset_ids"))


        published_by = d.pop("published_by")

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))




        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)



                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))


        publication_view = cls(
            id=id,
            incident_id=incident_id,
            kind=kind,
            dataset_ids=dataset_ids,
            published_by=published_by,
            published_at=published_at,
            revoked_at=revoked_at,
        )


        publication_view.additional_properties = d
        return publication_view

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
