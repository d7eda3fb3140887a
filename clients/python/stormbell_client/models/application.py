from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.application_definition import ApplicationDefinition





T = TypeVar("T", bound="Application")



@_attrs_define
class Application:
    """ Something to run with parameters.

        Attributes:
            id (str):
            owner_id (str):
            name (str):
            revision (int): Counts its changes
            definition (ApplicationDefinition): What is run. `{{name}}` in the command, the environment and the script
                stands for the parameter of that name.

                In the script it becomes one word of shell, whatever it holds.
            created_at (datetime.datetime):
            changed_at (datetime.datetime):
     """

    id: str
    owner_id: str
    name: str
    revision: int
    definition: ApplicationDefinition
    created_at: datetime.datetime
    changed_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.application_definition import ApplicationDefinition # noqa: PLC0415
        id = self.id

        owner_id = self.owner_id

        name = self.name

        revision = self.revision

        definition = self.definition.to_dict()

        created_at = self.created_at.isoformat()

        changed_at = self.changed_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "owner_id": owner_id,
            "name": name,
            "revision": revision,
            "definition": definition,
            "created_at": created_at,
            "changed_at": changed_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application_definition import ApplicationDefinition # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        owner_id = d.pop("owner_id")

        name = d.pop("name")

        revision = d.pop("revision")

        definition = ApplicationDefinition.from_dict(d.pop("definition"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))




        application = cls(
            id=id,
            owner_id=owner_id,
            name=name,
            revision=revision,
            definition=definition,
            created_at=created_at,
            changed_at=changed_at,
        )


        application.additional_properties = d
        return application

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
