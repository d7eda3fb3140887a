from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.workflow_test_view_result import WorkflowTestViewResult
from typing import cast
import datetime






T = TypeVar("T", bound="WorkflowTestView")



@_attrs_define
class WorkflowTestView:
    """ The last exercise of one workflow: an incident that was opened to see whether all works.

        Attributes:
            workflow (str):
            incident_id (str):
            at (datetime.datetime): When it was opened
            result (WorkflowTestViewResult): passed: it came to its end
            seconds (float | None): How long it took
            text (None | str): How it ended, when it did not pass
     """

    workflow: str
    incident_id: str
    at: datetime.datetime
    result: WorkflowTestViewResult
    seconds: float | None
    text: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        workflow = self.workflow

        incident_id = self.incident_id

        at = self.at.isoformat()

        result = self.result.value

        seconds: float | None
        seconds = self.seconds

        text: None | str
        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "workflow": workflow,
            "incident_id": incident_id,
            "at": at,
            "result": result,
            "seconds": seconds,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        workflow = d.pop("workflow")

        incident_id = d.pop("incident_id")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        result = WorkflowTestViewResult(d.pop("result"))




        def _parse_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds = _parse_seconds(d.pop("seconds"))


        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))


        workflow_test_view = cls(
            workflow=workflow,
            incident_id=incident_id,
            at=at,
            result=result,
            seconds=seconds,
            text=text,
        )


        workflow_test_view.additional_properties = d
        return workflow_test_view

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
