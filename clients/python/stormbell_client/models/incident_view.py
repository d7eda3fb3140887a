from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.incident_view_outcome_type_0 import IncidentViewOutcomeType0
from ..models.incident_view_state import IncidentViewState
from ..models.incident_view_urgency import IncidentViewUrgency
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.headline_view import HeadlineView
  from ..models.incident_view_area_type_0 import IncidentViewAreaType0
  from ..models.incident_view_parameters import IncidentViewParameters
  from ..models.incident_view_state_data import IncidentViewStateData
  from ..models.source_item import SourceItem
  from ..models.wait_view import WaitView





T = TypeVar("T", bound="IncidentView")



@_attrs_define
class IncidentView:
    """ An incident with the counts of what belongs to it.

        Attributes:
            id (str):
            name (str):
            workflow (str):
            workflow_version (str):
            state (IncidentViewState):
            outcome (IncidentViewOutcomeType0 | None): Of one that has ended, also when it is archived: how
            exercise (bool):
            urgency (IncidentViewUrgency):
            owner_id (str):
            key (None | str):
            rerun_of (None | str): The incident this one is another run of
            opened_at (datetime.datetime):
            activated_at (datetime.datetime | None):
            finished_at (datetime.datetime | None):
            deadline_at (datetime.datetime | None):
            archived_at (datetime.datetime | None):
            duration_seconds (float):
            parameters (IncidentViewParameters):
            comment (None | str):
            source_item (None | SourceItem):
            area (IncidentViewAreaType0 | None):
            headline (HeadlineView | None):
            stage (None | str): Stage that runs or was last queued
            stage_count (int):
            stages_done (int):
            simulation_count (int):
            simulations_done (int):
            simulations_failed (int):
            simulations_running (int):
            dataset_count (int):
            dataset_bytes (int):
            first_result_seconds (float | None): From opening to the first data set
            waiting_on (None | WaitView):
            waits (list[WaitView]):
            state_data (IncidentViewStateData):
     """

    id: str
    name: str
    workflow: str
    workflow_version: str
    state: IncidentViewState
    outcome: IncidentViewOutcomeType0 | None
    exercise: bool
    urgency: IncidentViewUrgency
    owner_id: str
    key: None | str
    rerun_of: None | str
    opened_at: datetime.datetime
    activated_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    deadline_at: datetime.datetime | None
    archived_at: datetime.datetime | None
    duration_seconds: float
    parameters: IncidentViewParameters
    comment: None | str
    source_item: None | SourceItem
    area: IncidentViewAreaType0 | None
    headline: HeadlineView | None
    stage: None | str
    stage_count: int
    stages_done: int
    simulation_count: int
    simulations_done: int
    simulations_failed: int
    simulations_running: int
    dataset_count: int
    dataset_bytes: int
    first_result_seconds: float | None
    waiting_on: None | WaitView
    waits: list[WaitView]
    state_data: IncidentViewStateData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.headline_view import HeadlineView # noqa: PLC0415
        from ..models.incident_view_area_type_0 import IncidentViewAreaType0 # noqa: PLC0415
        from ..models.incident_view_parameters import IncidentViewParameters # noqa: PLC0415
        from ..models.incident_view_state_data import IncidentViewStateData # noqa: PLC0415
        from ..models.source_item import SourceItem # noqa: PLC0415
        from ..models.wait_view import WaitView # noqa: PLC0415
        id = self.id

        name = self.name

        workflow = self.workflow

        workflow_version = self.workflow_version

        state = self.state.value

        outcome: None | str
        if isinstance(self.outcome, IncidentViewOutcomeType0):
            outcome = self.outcome.value
        else:
            outcome = self.outcome

        exercise = self.exercise

        urgency = self.urgency.value

        owner_id = self.owner_id

        key: None | str
        key = self.key

        rerun_of: None | str
        rerun_of = self.rerun_of

        opened_at = self.opened_at.isoformat()

        activated_at: None | str
        if isinstance(self.activated_at, datetime.datetime):
            activated_at = self.activated_at.isoformat()
        else:
            activated_at = self.activated_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        deadline_at: None | str
        if isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        archived_at: None | str
        if isinstance(self.archived_at, datetime.datetime):
            archived_at = self.archived_at.isoformat()
        else:
            archived_at = self.archived_at

        duration_seconds = self.duration_seconds

        parameters = self.parameters.to_dict()

        comment: None | str
        comment = self.comment

        source_item: dict[str, Any] | None
        if isinstance(self.source_item, SourceItem):
            source_item = self.source_item.to_dict()
        else:
            source_item = self.source_item

        area: dict[str, Any] | None
        if isinstance(self.area, IncidentViewAreaType0):
            area = self.area.to_dict()
        else:
            area = self.area

        headline: dict[str, Any] | None
        if isinstance(self.headline, HeadlineView):
            headline = self.headline.to_dict()
        else:
            headline = self.headline

        stage: None | str
        stage = self.stage

        stage_count = self.stage_count

        stages_done = self.stages_done

        simulation_count = self.simulation_count

        simulations_done = self.simulations_done

        simulations_failed = self.simulations_failed

        simulations_running = self.simulations_running

        dataset_count = self.dataset_count

        dataset_bytes = self.dataset_bytes

        first_result_seconds: float | None
        first_result_seconds = self.first_result_seconds

        waiting_on: dict[str, Any] | None
        if isinstance(self.waiting_on, WaitView):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on

        waits = []
        for waits_item_data in self.waits:
            waits_item = waits_item_data.to_dict()
            waits.append(waits_item)



        state_data = self.state_data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "workflow": workflow,
            "workflow_version": workflow_version,
            "state": state,
            "outcome": outcome,
            "exercise": exercise,
            "urgency": urgency,
            "owner_id": owner_id,
            "key": key,
            "rerun_of": rerun_of,
            "opened_at": opened_at,
            "activated_at": activated_at,
            "finished_at": finished_at,
            "deadline_at": deadline_at,
            "archived_at": archived_at,
            "duration_seconds": duration_seconds,
            "parameters": parameters,
            "comment": comment,
            "source_item": source_item,
            "area": area,
            "headline": headline,
            "stage": stage,
            "stage_count": stage_count,
            "stages_done": stages_done,
            "simulation_count": simulation_count,
            "simulations_done": simulations_done,
            "simulations_failed": simulations_failed,
            "simulations_running": simulations_running,
            "dataset_count": dataset_count,
            "dataset_bytes": dataset_bytes,
            "first_result_seconds": first_result_seconds,
            "waiting_on": waiting_on,
            "waits": waits,
            "state_data": state_data,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.headline_view import HeadlineView # noqa: PLC0415
        from ..models.incident_view_area_type_0 import IncidentViewAreaType0 # noqa: PLC0415
        from ..models.incident_view_parameters import IncidentViewParameters # noqa: PLC0415
        from ..models.incident_view_state_data import IncidentViewStateData # noqa: PLC0415
        from ..models.source_item import SourceItem # noqa: PLC0415
        from ..models.wait_view import WaitView # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        workflow = d.pop("workflow")

        workflow_version = d.pop("workflow_version")

        state = IncidentViewState(d.pop("state"))




        def _parse_outcome(data: object) -> IncidentViewOutcomeType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = IncidentViewOutcomeType0(data)



                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentViewOutcomeType0 | None, data)

        outcome = _parse_outcome(d.pop("outcome"))


        exercise = d.pop("exercise")

        urgency = IncidentViewUrgency(d.pop("urgency"))




        owner_id = d.pop("owner_id")

        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))


        def _parse_rerun_of(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rerun_of = _parse_rerun_of(d.pop("rerun_of"))


        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))




        def _parse_activated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                activated_at_type_0 = datetime.datetime.fromisoformat(data)



                return activated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        activated_at = _parse_activated_at(d.pop("activated_at"))


        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        def _parse_deadline_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deadline_at_type_0 = datetime.datetime.fromisoformat(data)



                return deadline_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deadline_at = _parse_deadline_at(d.pop("deadline_at"))


        def _parse_archived_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                archived_at_type_0 = datetime.datetime.fromisoformat(data)



                return archived_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        archived_at = _parse_archived_at(d.pop("archived_at"))


        duration_seconds = d.pop("duration_seconds")

        parameters = IncidentViewParameters.from_dict(d.pop("parameters"))




        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))


        def _parse_source_item(data: object) -> None | SourceItem:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_item_type_0 = SourceItem.from_dict(data)



                return source_item_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SourceItem, data)

        source_item = _parse_source_item(d.pop("source_item"))


        def _parse_area(data: object) -> IncidentViewAreaType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                area_type_0 = IncidentViewAreaType0.from_dict(data)



                return area_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentViewAreaType0 | None, data)

        area = _parse_area(d.pop("area"))


        def _parse_headline(data: object) -> HeadlineView | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                headline_type_0 = HeadlineView.from_dict(data)



                return headline_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HeadlineView | None, data)

        headline = _parse_headline(d.pop("headline"))


        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))


        stage_count = d.pop("stage_count")

        stages_done = d.pop("stages_done")

        simulation_count = d.pop("simulation_count")

        simulations_done = d.pop("simulations_done")

        simulations_failed = d.pop("simulations_failed")

        simulations_running = d.pop("simulations_running")

        dataset_count = d.pop("dataset_count")

        dataset_bytes = d.pop("dataset_bytes")

        def _parse_first_result_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        first_result_seconds = _parse_first_result_seconds(d.pop("first_result_seconds"))


        def _parse_waiting_on(data: object) -> None | WaitView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = WaitView.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WaitView, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on"))


        waits = []
        _waits = d.pop("waits")
        for waits_item_data in (_waits):
            waits_item = WaitView.from_dict(waits_item_data)



            waits.append(waits_item)


        state_data = IncidentViewStateData.from_dict(d.pop("state_data"))




        incident_view = cls(
            id=id,
            name=name,
            workflow=workflow,
            workflow_version=workflow_version,
            state=state,
            outcome=outcome,
            exercise=exercise,
            urgency=urgency,
            owner_id=owner_id,
            key=key,
            rerun_of=rerun_of,
            opened_at=opened_at,
            activated_at=activated_at,
            finished_at=finished_at,
            deadline_at=deadline_at,
            archived_at=archived_at,
            duration_seconds=duration_seconds,
            parameters=parameters,
            comment=comment,
            source_item=source_item,
            area=area,
            headline=headline,
            stage=stage,
            stage_count=stage_count,
            stages_done=stages_done,
            simulation_count=simulation_count,
            simulations_done=simulations_done,
            simulations_failed=simulations_failed,
            simulations_running=simulations_running,
            dataset_count=dataset_count,
            dataset_bytes=dataset_bytes,
            first_result_seconds=first_result_seconds,
            waiting_on=waiting_on,
            waits=waits,
            state_data=state_data,
        )


        incident_view.additional_properties = d
        return incident_view

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
