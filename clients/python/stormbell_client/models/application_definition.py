from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.application_definition_environment import ApplicationDefinitionEnvironment
  from ..models.application_definition_files import ApplicationDefinitionFiles
  from ..models.application_definition_parameters import ApplicationDefinitionParameters
  from ..models.application_input import ApplicationInput
  from ..models.output import Output
  from ..models.resources import Resources





T = TypeVar("T", bound="ApplicationDefinition")



@_attrs_define
class ApplicationDefinition:
    """ What is run. `{{name}}` in the command, the environment and the script stands for the parameter of that name.

    In the script it becomes one word of shell, whatever it holds.

        Attributes:
            description (str | Unset):  Default: ''.
            command (list[str] | Unset):
            script (None | str | Unset): Instead of a command
            software (list[str] | Unset): What its machine must have: a name, name>=version or name==version
            modules (list[str] | Unset):
            setup (list[str] | Unset): Lines of shell before the command
            environment (ApplicationDefinitionEnvironment | Unset):
            image (None | str | Unset): Container image to run it in
            extra (list[str] | Unset): Options as the batch system knows them
            template_directory (None | str | Unset):
            files (ApplicationDefinitionFiles | Unset): By path: a data set's id, other text, or what is written as JSON
            inputs (list[ApplicationInput] | Unset):
            outputs (list[Output] | Unset):
            parameters (ApplicationDefinitionParameters | Unset): JSON Schema of an object; each parameter is one of its
                properties
            resources (Resources | Unset): What a run needs and may use.
            machines (list[str] | Unset): Those that have it; left out, all
            max_attempts (int | Unset):  Default: 1.
     """

    description: str | Unset = ''
    command: list[str] | Unset = UNSET
    script: None | str | Unset = UNSET
    software: list[str] | Unset = UNSET
    modules: list[str] | Unset = UNSET
    setup: list[str] | Unset = UNSET
    environment: ApplicationDefinitionEnvironment | Unset = UNSET
    image: None | str | Unset = UNSET
    extra: list[str] | Unset = UNSET
    template_directory: None | str | Unset = UNSET
    files: ApplicationDefinitionFiles | Unset = UNSET
    inputs: list[ApplicationInput] | Unset = UNSET
    outputs: list[Output] | Unset = UNSET
    parameters: ApplicationDefinitionParameters | Unset = UNSET
    resources: Resources | Unset = UNSET
    machines: list[str] | Unset = UNSET
    max_attempts: int | Unset = 1





    def to_dict(self) -> dict[str, Any]:
        from ..models.application_definition_environment import ApplicationDefinitionEnvironment # noqa: PLC0415
        from ..models.application_definition_files import ApplicationDefinitionFiles # noqa: PLC0415
        from ..models.application_definition_parameters import ApplicationDefinitionParameters # noqa: PLC0415
        from ..models.application_input import ApplicationInput # noqa: PLC0415
        from ..models.output import Output # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        description = self.description

        command: list[str] | Unset = UNSET
        if not isinstance(self.command, Unset):
            command = self.command



        script: None | str | Unset
        if isinstance(self.script, Unset):
            script = UNSET
        else:
            script = self.script

        software: list[str] | Unset = UNSET
        if not isinstance(self.software, Unset):
            software = self.software



        modules: list[str] | Unset = UNSET
        if not isinstance(self.modules, Unset):
            modules = self.modules



        setup: list[str] | Unset = UNSET
        if not isinstance(self.setup, Unset):
            setup = self.setup



        environment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.environment, Unset):
            environment = self.environment.to_dict()

        image: None | str | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        else:
            image = self.image

        extra: list[str] | Unset = UNSET
        if not isinstance(self.extra, Unset):
            extra = self.extra



        template_directory: None | str | Unset
        if isinstance(self.template_directory, Unset):
            template_directory = UNSET
        else:
            template_directory = self.template_directory

        files: dict[str, Any] | Unset = UNSET
        if not isinstance(self.files, Unset):
            files = self.files.to_dict()

        inputs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = []
            for inputs_item_data in self.inputs:
                inputs_item = inputs_item_data.to_dict()
                inputs.append(inputs_item)



        outputs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.outputs, Unset):
            outputs = []
            for outputs_item_data in self.outputs:
                outputs_item = outputs_item_data.to_dict()
                outputs.append(outputs_item)



        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        resources: dict[str, Any] | Unset = UNSET
        if not isinstance(self.resources, Unset):
            resources = self.resources.to_dict()

        machines: list[str] | Unset = UNSET
        if not isinstance(self.machines, Unset):
            machines = self.machines



        max_attempts = self.max_attempts


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if description is not UNSET:
            field_dict["description"] = description
        if command is not UNSET:
            field_dict["command"] = command
        if script is not UNSET:
            field_dict["script"] = script
        if software is not UNSET:
            field_dict["software"] = software
        if modules is not UNSET:
            field_dict["modules"] = modules
        if setup is not UNSET:
            field_dict["setup"] = setup
        if environment is not UNSET:
            field_dict["environment"] = environment
        if image is not UNSET:
            field_dict["image"] = image
        if extra is not UNSET:
            field_dict["extra"] = extra
        if template_directory is not UNSET:
            field_dict["template_directory"] = template_directory
        if files is not UNSET:
            field_dict["files"] = files
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if outputs is not UNSET:
            field_dict["outputs"] = outputs
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if resources is not UNSET:
            field_dict["resources"] = resources
        if machines is not UNSET:
            field_dict["machines"] = machines
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.application_definition_environment import ApplicationDefinitionEnvironment # noqa: PLC0415
        from ..models.application_definition_files import ApplicationDefinitionFiles # noqa: PLC0415
        from ..models.application_definition_parameters import ApplicationDefinitionParameters # noqa: PLC0415
        from ..models.application_input import ApplicationInput # noqa: PLC0415
        from ..models.output import Output # noqa: PLC0415
        from ..models.resources import Resources # noqa: PLC0415
        d = dict(src_dict)
        description = d.pop("description", UNSET)

        command = cast(list[str], d.pop("command", UNSET))


        def _parse_script(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        script = _parse_script(d.pop("script", UNSET))


        software = cast(list[str], d.pop("software", UNSET))


        modules = cast(list[str], d.pop("modules", UNSET))


        setup = cast(list[str], d.pop("setup", UNSET))


        _environment = d.pop("environment", UNSET)
        environment: ApplicationDefinitionEnvironment | Unset
        if isinstance(_environment,  Unset):
            environment = UNSET
        else:
            environment = ApplicationDefinitionEnvironment.from_dict(_environment)




        def _parse_image(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image = _parse_image(d.pop("image", UNSET))


        extra = cast(list[str], d.pop("extra", UNSET))


        def _parse_template_directory(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        template_directory = _parse_template_directory(d.pop("template_directory", UNSET))


        _files = d.pop("files", UNSET)
        files: ApplicationDefinitionFiles | Unset
        if isinstance(_files,  Unset):
            files = UNSET
        else:
            files = ApplicationDefinitionFiles.from_dict(_files)




        _inputs = d.pop("inputs", UNSET)
        inputs: list[ApplicationInput] | Unset = UNSET
        if _inputs is not UNSET:
            inputs = []
            for inputs_item_data in _inputs:
                inputs_item = ApplicationInput.from_dict(inputs_item_data)



                inputs.append(inputs_item)


        _outputs = d.pop("outputs", UNSET)
        outputs: list[Output] | Unset = UNSET
        if _outputs is not UNSET:
            outputs = []
            for outputs_item_data in _outputs:
                outputs_item = Output.from_dict(outputs_item_data)



                outputs.append(outputs_item)


        _parameters = d.pop("parameters", UNSET)
        parameters: ApplicationDefinitionParameters | Unset
        if isinstance(_parameters,  Unset):
            parameters = UNSET
        else:
            parameters = ApplicationDefinitionParameters.from_dict(_parameters)




        _resources = d.pop("resources", UNSET)
        resources: Resources | Unset
        if isinstance(_resources,  Unset):
            resources = UNSET
        else:
            resources = Resources.from_dict(_resources)




        machines = cast(list[str], d.pop("machines", UNSET))


        max_attempts = d.pop("max_attempts", UNSET)

        application_definition = cls(
            description=description,
            command=command,
            script=script,
            software=software,
            modules=modules,
            setup=setup,
            environment=environment,
            image=image,
            extra=extra,
            template_directory=template_directory,
            files=files,
            inputs=inputs,
            outputs=outputs,
            parameters=parameters,
            resources=resources,
            machines=machines,
            max_attempts=max_attempts,
        )

        return application_definition

