from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.binding_submit import BindingSubmit





T = TypeVar("T", bound="BindingTest")



@_attrs_define
class BindingTest:
    """ A binding, one of the source's or one that is not kept, and a past delivery to try it on.

        Attributes:
            delivery_id (str):
            binding_id (None | str | Unset):
            binding (BindingSubmit | None | Unset):
     """

    delivery_id: str
    binding_id: None | str | Unset = UNSET
    binding: BindingSubmit | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.binding_submit import BindingSubmit # noqa: PLC0415
        delivery_id = self.delivery_id

        binding_id: None | str | Unset
        if isinstance(self.binding_id, Unset):
            binding_id = UNSET
        else:
            binding_id = self.binding_id

        binding: dict[str, Any] | None | Unset
        if isinstance(self.binding, Unset):
            binding = UNSET
        elif isinstance(self.binding, BindingSubmit):
            binding = self.binding.to_dict()
        else:
            binding = self.binding


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "delivery_id": delivery_id,
        })
        if binding_id is not UNSET:
            field_dict["binding_id"] = binding_id
        if binding is not UNSET:
            field_dict["binding"] = binding

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.binding_submit import BindingSubmit # noqa: PLC0415
        d = dict(src_dict)
        delivery_id = d.pop("delivery_id")

        def _parse_binding_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        binding_id = _parse_binding_id(d.pop("binding_id", UNSET))


        def _parse_binding(data: object) -> BindingSubmit | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                binding_type_0 = BindingSubmit.from_dict(data)



                return binding_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BindingSubmit | None | Unset, data)

        binding = _parse_binding(d.pop("binding", UNSET))


        binding_test = cls(
            delivery_id=delivery_id,
            binding_id=binding_id,
            binding=binding,
        )

        return binding_test

