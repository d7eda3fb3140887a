from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="ApplicationInput")



@_attrs_define
class ApplicationInput:
    """ A data set that is given to a run.

        Attributes:
            path (str): Where it is put, below the run's directory
            description (str | Unset):  Default: ''.
            required (bool | Unset):  Default: True.
     """

    path: str
    description: str | Unset = ''
    required: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        path = self.path

        description = self.description

        required = self.required


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "path": path,
        })
        if description is not UNSET:
            field_dict["description"] = description
        if required is not UNSET:
            field_dict["required"] = required

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        description = d.pop("description", UNSET)

        required = d.pop("required", UNSET)

        application_input = cls(
            path=path,
            description=description,
            required=required,
        )

        return application_input

