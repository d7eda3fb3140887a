from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.recipe_definition_environment import RecipeDefinitionEnvironment





T = TypeVar("T", bound="RecipeDefinition")



@_attrs_define
class RecipeDefinition:
    """ How something is installed. ``{{prefix}}`` in path, image, variables and the check stands for where it went.

        Attributes:
            script (str): For `bash -e`, in an empty directory; $PREFIX is where to install, $NAME and $VERSION what
            check_command (str): Line of bash that ends with 0 once it is there
            description (str | Unset):  Default: ''.
            needs (list[str] | Unset): Software the machine must have before
            prefix (None | str | Unset): Left out, `~/.stormbell/software/NAME/VERSION`
            modules (list[str] | Unset): Modules to load before it is used, after what it needs
            path (None | str | Unset): Directory to put first on PATH; left out, `{{prefix}}/bin` unless there are modules
                or an image
            image (None | str | Unset): Container image that runs use
            environment (RecipeDefinitionEnvironment | Unset): Variables of runs that need it; no secrets
            timeout_seconds (int | Unset): After this it is ended Default: 3600.
     """

    script: str
    check_command: str
    description: str | Unset = ''
    needs: list[str] | Unset = UNSET
    prefix: None | str | Unset = UNSET
    modules: list[str] | Unset = UNSET
    path: None | str | Unset = UNSET
    image: None | str | Unset = UNSET
    environment: RecipeDefinitionEnvironment | Unset = UNSET
    timeout_seconds: int | Unset = 3600





    def to_dict(self) -> dict[str, Any]:
        from ..models.recipe_definition_environment import RecipeDefinitionEnvironment # noqa: PLC0415
        script = self.script

        check_command = self.check_command

        description = self.description

        needs: list[str] | Unset = UNSET
        if not isinstance(self.needs, Unset):
            needs = self.needs



        prefix: None | str | Unset
        if isinstance(self.prefix, Unset):
            prefix = UNSET
        else:
            prefix = self.prefix

        modules: list[str] | Unset = UNSET
        if not isinstance(self.modules, Unset):
            modules = self.modules



        path: None | str | Unset
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        image: None | str | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        else:
            image = self.image

        environment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.environment, Unset):
            environment = self.environment.to_dict()

        timeout_seconds = self.timeout_seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "script": script,
            "check_command": check_command,
        })
        if description is not UNSET:
            field_dict["description"] = description
        if needs is not UNSET:
            field_dict["needs"] = needs
        if prefix is not UNSET:
            field_dict["prefix"] = prefix
        if modules is not UNSET:
            field_dict["modules"] = modules
        if path is not UNSET:
            field_dict["path"] = path
        if image is not UNSET:
            field_dict["image"] = image
        if environment is not UNSET:
            field_dict["environment"] = environment
        if timeout_seconds is not UNSET:
            field_dict["timeout_seconds"] = timeout_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.recipe_definition_environment import RecipeDefinitionEnvironment # noqa: PLC0415
        d = dict(src_dict)
        script = d.pop("script")

        check_command = d.pop("check_command")

        description = d.pop("description", UNSET)

        needs = cast(list[str], d.pop("needs", UNSET))


        def _parse_prefix(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prefix = _parse_prefix(d.pop("prefix", UNSET))


        modules = cast(list[str], d.pop("modules", UNSET))


        def _parse_path(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        path = _parse_path(d.pop("path", UNSET))


        def _parse_image(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image = _parse_image(d.pop("image", UNSET))


        _environment = d.pop("environment", UNSET)
        environment: RecipeDefinitionEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = RecipeDefinitionEnvironment.from_dict(_environment)




        timeout_seconds = d.pop("timeout_seconds", UNSET)

        recipe_definition = cls(
            script=script,
            check_command=check_command,
            description=description,
            needs=needs,
            prefix=prefix,
            modules=modules,
            path=path,
            image=image,
            environment=environment,
            timeout_seconds=timeout_seconds,
        )

        return recipe_definition

