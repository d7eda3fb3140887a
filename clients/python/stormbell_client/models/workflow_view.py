from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.workflow_view_state import WorkflowViewState
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.definition_problem import DefinitionProblem
  from ..models.stage_view import StageView





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
     """

    name: str
    title: str
    version: None | str
    state: WorkflowViewState
    stages: list[StageView]
    triggers: list[str]
    path: str
    error: DefinitionProblem | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.definition_problem import DefinitionProblem # noqa: PLC0415
        from ..models.stage_view import StageView # noqa: PLC0415
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

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.definition_problem import DefinitionProblem # noqa: PLC0415
        from ..models.stage_view import StageView # noqa: PLC0415
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


        workflow_view = cls(
            name=name,
            title=title,
            version=version,
            state=state,
            stages=stages,
            triggers=triggers,
            path=path,
            error=error,
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
