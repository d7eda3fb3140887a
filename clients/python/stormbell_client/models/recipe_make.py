from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.recipe_definition import RecipeDefinition





T = TypeVar("T", bound="RecipeMake")



@_attrs_define
class RecipeMake:
    """ A recipe to keep.

        Attributes:
            name (str):
            version (str):
            definition (RecipeDefinition): How something is installed. ``{{prefix}}`` in path, image, variables and the
                check stands for where it went.
     """

    name: str
    version: str
    definition: RecipeDefinition





    def to_dict(self) -> dict[str, Any]:
        from ..models.recipe_definition import RecipeDefinition # noqa: PLC0415
        name = self.name

        version = self.version

        definition = self.definition.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "version": version,
            "definition": definition,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recipe_definition import RecipeDefinition # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        definition = RecipeDefinition.from_dict(d.pop("definition"))




        recipe_make = cls(
            name=name,
            version=version,
            definition=definition,
        )

        return recipe_make

