from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.workflow_view_state import WorkflowViewState
from ..models.workflow_view_urgency import WorkflowViewUrgency
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.definition_problem import DefinitionProblem
  from ..models.stage_view import StageView
  from ..models.workflow_view_parameters_schema_type_0 import WorkflowViewParametersSchemaType0





T = TypeVar("T", bound="WorkflowView")



@_attrs_define
class WorkflowView:
    """ A workflow, or a definition that does not load.

        Attributes:
            name (str):
            title (str):
            version (None | str):
            state (WorkflowViewState):
            stages (list[StageView]):
            triggers (list[str]): Names of the sources it listens to
            path (str):
            error (DefinitionProblem | None | Unset):
            urgency (WorkflowViewUrgency | Unset):  Default: WorkflowViewUrgency.NORMAL.
            duration_seconds (float | Unset):  Default: 86400.0.
            parameters_schema (None | Unset | WorkflowViewParametersSchemaType0): JSON Schema; null: it takes none
            manual_data (None | str | Unset): Stage that gets files given to a running incident
            shutdown (None | str | Unset): Stage that runs before a cancelled incident ends
            test (None | str | Unset): Stage that a test of the workflow begins with
     """

    name: str
    title: str
    version: None | str
    state: WorkflowViewState
    stages: list[StageView]
    triggers: list[str]
    path: str
    error: DefinitionProblem | None | Unset = UNSET
    urgency: WorkflowViewUrgency | Unset = WorkflowViewUrgency.NORMAL
    duration_seconds: float | Unset = 86400.0
    parameters_schema: None | Unset | WorkflowViewParametersSchemaType0 = UNSET
    manual_data: None | str | Unset = UNSET
    shutdown: None | str | Unset = UNSET
    test: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.definition_problem import DefinitionProblem # noqa: PLC0415
        from ..models.stage_view import StageView # noqa: PLC0415
        from ..models.workflow_view_parameters_schema_type_0 import WorkflowViewParametersSchemaType0 # noqa: PLC0415
        name = self.name

        title = self.title

        version: None | str
        version = self.version

        state = self.state.value

        stages = []
        for stages_item_data in self.stages:
            stages_item = stages_item_data.to_dict()
            stages.append(stages_item)



        triggers = self.triggers



        path = self.path

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, DefinitionProblem):
            error = self.error.to_dict()
        else:
            error = self.error

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        duration_seconds = self.duration_seconds

        parameters_schema: dict[str, Any] | None | Unset
        if isinstance(self.parameters_schema, Unset):
            parameters_schema = UNSET
        elif isinstance(self.parameters_schema, WorkflowViewParametersSchemaType0):
            parameters_schema = self.parameters_schema.to_dict()
        else:
            parameters_schema = self.parameters_schema

        manual_data: None | str | Unset
        if isinstance(self.manual_data, Unset):
            manual_data = UNSET
        else:
            manual_data = self.manual_data

        shutdown: None | str | Unset
        if isinstance(self.shutdown, Unset):
            shutdown = UNSET
        else:
            shutdown = self.shutdown

        test: None | str | Unset
        if isinstance(self.test, Unset):
            test = UNSET
        else:
            test = self.test


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "title": title,
            "version": version,
            "state": state,
            "stages": stages,
            "triggers": triggers,
            "path": path,
        })
        if error is not UNSET:
            field_dict["error"] = error
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if duration_seconds is not UNSET:
            field_dict["duration_seconds"] = duration_seconds
        if parameters_schema is not UNSET:
            field_dict["parameters_schema"] = parameters_schema
        if manual_data is not UNSET:
            field_dict["manual_data"] = manual_data
        if shutdown is not UNSET:
            field_dict["shutdown"] = shutdown
        if test is not UNSET:
            field_dict["test"] = test

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.definition_problem import DefinitionProblem # noqa: PLC0415
        from ..models.stage_view import StageView # noqa: PLC0415
        from ..models.workflow_view_parameters_schema_type_0 import WorkflowViewParametersSchemaType0 # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        def _parse_version(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        version = _parse_version(d.pop("version"))


        state = WorkflowViewState(d.pop("state"))




        stages = []
        _stages = d.pop("stages")
        for stages_item_data in (_stages):
            stages_item = StageView.from_dict(stages_item_data)



            stages.append(stages_item)


        triggers = cast(list[str], d.pop("triggers"))


        path = d.pop("path")

        def _parse_error(data: object) -> DefinitionProblem | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = DefinitionProblem.from_dict(data)



                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DefinitionProblem | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))


        _urgency = d.pop("urgency", UNSET)
        urgency: WorkflowViewUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = WorkflowViewUrgency(_urgency)




        duration_seconds = d.pop("duration_seconds", UNSET)

        def _parse_parameters_schema(data: object) -> None | Unset | WorkflowViewParametersSchemaType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                parameters_schema_type_0 = WorkflowViewParametersSchemaType0.from_dict(data)



                return parameters_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WorkflowViewParametersSchemaType0, data)

        parameters_schema = _parse_parameters_schema(d.pop("parameters_schema", UNSET))


        def _parse_manual_data(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        manual_data = _parse_manual_data(d.pop("manual_data", UNSET))


        def _parse_shutdown(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        shutdown = _parse_shutdown(d.pop("shutdown", UNSET))


        def _parse_test(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        test = _parse_test(d.pop("test", UNSET))


        workflow_view = cls(
            name=name,
            title=title,
            version=version,
            state=state,
            stages=stages,
            triggers=triggers,
            path=path,
            error=error,
            urgency=urgency,
            duration_seconds=duration_seconds,
            parameters_schema=parameters_schema,
            manual_data=manual_data,
            shutdown=shutdown,
            test=test,
        )


        workflow_view.additional_properties = d
        return workflow_view

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
