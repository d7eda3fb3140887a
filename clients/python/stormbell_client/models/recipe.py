from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.recipe_definition import RecipeDefinition





T = TypeVar("T", bound="Recipe")



@_attrs_define
class Recipe:
    """ How to install one version of something; it never changes, another content is another revision.

        Attributes:
            id (str):
            name (str):
            version (str):
            revision (int):
            sha256 (str): Of its content
            definition (RecipeDefinition): How something is installed. ``{{prefix}}`` in path, image, variables and the
                check stands for where it went.
            created_by (None | str):
            created_at (datetime.datetime):
     """

    id: str
    name: str
    version: str
    revision: int
    sha256: str
    definition: RecipeDefinition
    created_by: None | str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.recipe_definition import RecipeDefinition # noqa: PLC0415
        id = self.id

        name = self.name

        version = self.version

        revision = self.revision

        sha256 = self.sha256

        definition = self.definition.to_dict()

        created_by: None | str
        created_by = self.created_by

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "version": version,
            "revision": revision,
            "sha256": sha256,
            "definition": definition,
            "created_by": created_by,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recipe_definition import RecipeDefinition # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        version = d.pop("version")

        revision = d.pop("revision")

        sha256 = d.pop("sha256")

        definition = RecipeDefinition.from_dict(d.pop("definition"))




        def _parse_created_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_by = _parse_created_by(d.pop("created_by"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        recipe = cls(
            id=id,
            name=name,
            version=version,
            revision=revision,
            sha256=sha256,
            definition=definition,
            created_by=created_by,
            created_at=created_at,
        )


        recipe.additional_properties = d
        return recipe

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
