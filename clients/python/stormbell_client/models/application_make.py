from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.application_definition import ApplicationDefinition





T = TypeVar("T", bound="ApplicationMake")



@_attrs_define
class ApplicationMake:
    """ An application to write down.

        Attributes:
            name (str):
            definition (ApplicationDefinition): What is run. `{{name}}` in the command, the environment and the script
                stands for the parameter of that name.

                In the script it becomes one word of shell, whatever it holds.
     """

    name: str
    definition: ApplicationDefinition





    def to_dict(self) -> dict[str, Any]:
        from ..models.application_definition import ApplicationDefinition # noqa: PLC0415
        name = self.name

        definition = self.definition.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "definition": definition,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application_definition import ApplicationDefinition # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        definition = ApplicationDefinition.from_dict(d.pop("definition"))




        application_make = cls(
            name=name,
            definition=definition,
        )

        return application_make

