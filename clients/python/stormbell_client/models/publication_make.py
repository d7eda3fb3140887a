from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.publication_make_kind import PublicationMakeKind
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.alert_info import AlertInfo





T = TypeVar("T", bound="PublicationMake")



@_attrs_define
class PublicationMake:
    """ What is made public.

        Attributes:
            kind (PublicationMakeKind):
            alert (AlertInfo | None | Unset): Of an alert, and of nothing else
            dataset_ids (list[str] | Unset): Files that may be read behind the link
     """

    kind: PublicationMakeKind
    alert: AlertInfo | None | Unset = UNSET
    dataset_ids: list[str] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.alert_info import AlertInfo # noqa: PLC0415
        kind = self.kind.value

        alert: dict[str, Any] | None | Unset
        if isinstance(self.alert, Unset):
            alert = UNSET
        elif isinstance(self.alert, AlertInfo):
            alert = self.alert.to_dict()
        else:
            alert = self.alert

        dataset_ids: list[str] | Unset = UNSET
        if not isinstance(self.dataset_ids, Unset):
            dataset_ids = self.dataset_ids




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
        })
        if alert is not UNSET:
            field_dict["alert"] = alert
        if dataset_ids is not UNSET:
            field_dict["dataset_ids"] = dataset_ids

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alert_info import AlertInfo # noqa: PLC0415
        d = dict(src_dict)
        kind = PublicationMakeKind(d.pop("kind"))




        def _parse_alert(data: object) -> AlertInfo | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                alert_type_0 = AlertInfo.from_dict(data)



                return alert_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AlertInfo | None | Unset, data)

        alert = _parse_alert(d.pop("alert", UNSET))


        dataset_ids = cast(list[str], d.pop("dataset_ids", UNSET))


        publication_make = cls(
            kind=kind,
            alert=alert,
            dataset_ids=dataset_ids,
        )

        return publication_make

