from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.batch_open_callback_payload_type_0 import BatchOpenCallbackPayloadType0





T = TypeVar("T", bound="BatchOpen")



@_attrs_define
class BatchOpen:
    """ A batch to open.

        Attributes:
            name (str):
            callback_kind (None | str | Unset): Kind of the job queued when it has finished
            callback_payload (BatchOpenCallbackPayloadType0 | None | Unset):
     """

    name: str
    callback_kind: None | str | Unset = UNSET
    callback_payload: BatchOpenCallbackPayloadType0 | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_open_callback_payload_type_0 import BatchOpenCallbackPayloadType0 # noqa: PLC0415
        name = self.name

        callback_kind: None | str | Unset
        if isinstance(self.callback_kind, Unset):
            callback_kind = UNSET
        else:
            callback_kind = self.callback_kind

        callback_payload: dict[str, Any] | None | Unset
        if isinstance(self.callback_payload, Unset):
            callback_payload = UNSET
        elif isinstance(self.callback_payload, BatchOpenCallbackPayloadType0):
            callback_payload = self.callback_payload.to_dict()
        else:
            callback_payload = self.callback_payload


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if callback_kind is not UNSET:
            field_dict["callback_kind"] = callback_kind
        if callback_payload is not UNSET:
            field_dict["callback_payload"] = callback_payload

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_open_callback_payload_type_0 import BatchOpenCallbackPayloadType0 # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_callback_kind(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        callback_kind = _parse_callback_kind(d.pop("callback_kind", UNSET))


        def _parse_callback_payload(data: object) -> BatchOpenCallbackPayloadType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                callback_payload_type_0 = BatchOpenCallbackPayloadType0.from_dict(data)



                return callback_payload_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchOpenCallbackPayloadType0 | None | Unset, data)

        callback_payload = _parse_callback_payload(d.pop("callback_payload", UNSET))


        batch_open = cls(
            name=name,
            callback_kind=callback_kind,
            callback_payload=callback_payload,
        )

        return batch_open

