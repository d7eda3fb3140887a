from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.transfer_kind import TransferKind
from ..models.transfer_state import TransferState
from ..models.transfer_urgency import TransferUrgency
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.place import Place





T = TypeVar("T", bound="Transfer")



@_attrs_define
class Transfer:
    """ A movement of bytes.

        Attributes:
            id (None | str): None of one that is only planned
            kind (TransferKind):
            state (TransferState):
            owner_id (str):
            dataset_id (None | str):
            made_dataset_id (None | str): Of a copy: the data set it makes
            incident_id (None | str):
            simulation_id (None | str):
            source (None | Place):
            target (None | Place):
            folder (bool):
            urgency (TransferUrgency):
            engine (None | str): How: "parts", "stream", "local", "direct" between machines, "rename", "batches" of files,
                "rclone"
            bytes_total (int | None):
            bytes_done (int):
            bytes_again (int): Sent more than once, because a connection or the server broke
            files_total (int | None):
            files_done (int):
            rate (float | None): Bytes a second, of late
            eta_seconds (float | None): How long it still takes at that rate
            predicted_seconds (float | None): How long it would take all in all, from what came before it
            sha256 (None | str):
            attempts (int):
            waiting_on (None | str):
            code (None | str):
            error (None | str):
            job_id (None | str):
            created_at (datetime.datetime | None):
            started_at (datetime.datetime | None):
            ended_at (datetime.datetime | None):
     """

    id: None | str
    kind: TransferKind
    state: TransferState
    owner_id: str
    dataset_id: None | str
    made_dataset_id: None | str
    incident_id: None | str
    simulation_id: None | str
    source: None | Place
    target: None | Place
    folder: bool
    urgency: TransferUrgency
    engine: None | str
    bytes_total: int | None
    bytes_done: int
    bytes_again: int
    files_total: int | None
    files_done: int
    rate: float | None
    eta_seconds: float | None
    predicted_seconds: float | None
    sha256: None | str
    attempts: int
    waiting_on: None | str
    code: None | str
    error: None | str
    job_id: None | str
    created_at: datetime.datetime | None
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.place import Place # noqa: PLC0415
        id: None | str
        id = self.id

        kind = self.kind.value

        state = self.state.value

        owner_id = self.owner_id

        dataset_id: None | str
        dataset_id = self.dataset_id

        made_dataset_id: None | str
        made_dataset_id = self.made_dataset_id

        incident_id: None | str
        incident_id = self.incident_id

        simulation_id: None | str
        simulation_id = self.simulation_id

        source: dict[str, Any] | None
        if isinstance(self.source, Place):
            source = self.source.to_dict()
        else:
            source = self.source

        target: dict[str, Any] | None
        if isinstance(self.target, Place):
            target = self.target.to_dict()
        else:
            target = self.target

        folder = self.folder

        urgency = self.urgency.value

        engine: None | str
        engine = self.engine

        bytes_total: int | None
        bytes_total = self.bytes_total

        bytes_done = self.bytes_done

        bytes_again = self.bytes_again

        files_total: int | None
        files_total = self.files_total

        files_done = self.files_done

        rate: float | None
        rate = self.rate

        eta_seconds: float | None
        eta_seconds = self.eta_seconds

        predicted_seconds: float | None
        predicted_seconds = self.predicted_seconds

        sha256: None | str
        sha256 = self.sha256

        attempts = self.attempts

        waiting_on: None | str
        waiting_on = self.waiting_on

        code: None | str
        code = self.code

        error: None | str
        error = self.error

        job_id: None | str
        job_id = self.job_id

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "kind": kind,
            "state": state,
            "owner_id": owner_id,
            "dataset_id": dataset_id,
            "made_dataset_id": made_dataset_id,
            "incident_id": incident_id,
            "simulation_id": simulation_id,
            "source": source,
            "target": target,
            "folder": folder,
            "urgency": urgency,
            "engine": engine,
            "bytes_total": bytes_total,
            "bytes_done": bytes_done,
            "bytes_again": bytes_again,
            "files_total": files_total,
            "files_done": files_done,
            "rate": rate,
            "eta_seconds": eta_seconds,
            "predicted_seconds": predicted_seconds,
            "sha256": sha256,
            "attempts": attempts,
            "waiting_on": waiting_on,
            "code": code,
            "error": error,
            "job_id": job_id,
            "created_at": created_at,
            "started_at": started_at,
            "ended_at": ended_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.place import Place # noqa: PLC0415
        d = dict(src_dict)
        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))


        kind = TransferKind(d.pop("kind"))




        state = TransferState(d.pop("state"))




        owner_id = d.pop("owner_id")

        def _parse_dataset_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        dataset_id = _parse_dataset_id(d.pop("dataset_id"))


        def _parse_made_dataset_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        made_dataset_id = _parse_made_dataset_id(d.pop("made_dataset_id"))


        def _parse_incident_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident_id = _parse_incident_id(d.pop("incident_id"))


        def _parse_simulation_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        simulation_id = _parse_simulation_id(d.pop("simulation_id"))


        def _parse_source(data: object) -> None | Place:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = Place.from_dict(data)



                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Place, data)

        source = _parse_source(d.pop("source"))


        def _parse_target(data: object) -> None | Place:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                target_type_0 = Place.from_dict(data)



                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Place, data)

        target = _parse_target(d.pop("target"))


        folder = d.pop("folder")

        urgency = TransferUrgency(d.pop("urgency"))




        def _parse_engine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        engine = _parse_engine(d.pop("engine"))


        def _parse_bytes_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_total = _parse_bytes_total(d.pop("bytes_total"))


        bytes_done = d.pop("bytes_done")

        bytes_again = d.pop("bytes_again")

        def _parse_files_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        files_total = _parse_files_total(d.pop("files_total"))


        files_done = d.pop("files_done")

        def _parse_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rate = _parse_rate(d.pop("rate"))


        def _parse_eta_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        eta_seconds = _parse_eta_seconds(d.pop("eta_seconds"))


        def _parse_predicted_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        predicted_seconds = _parse_predicted_seconds(d.pop("predicted_seconds"))


        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))


        attempts = d.pop("attempts")

        def _parse_waiting_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on"))


        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))


        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)



                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))


        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)



                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))


        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        transfer = cls(
            id=id,
            kind=kind,
            state=state,
            owner_id=owner_id,
            dataset_id=dataset_id,
            made_dataset_id=made_dataset_id,
            incident_id=incident_id,
            simulation_id=simulation_id,
            source=source,
            target=target,
            folder=folder,
            urgency=urgency,
            engine=engine,
            bytes_total=bytes_total,
            bytes_done=bytes_done,
            bytes_again=bytes_again,
            files_total=files_total,
            files_done=files_done,
            rate=rate,
            eta_seconds=eta_seconds,
            predicted_seconds=predicted_seconds,
            sha256=sha256,
            attempts=attempts,
            waiting_on=waiting_on,
            code=code,
            error=error,
            job_id=job_id,
            created_at=created_at,
            started_at=started_at,
            ended_at=ended_at,
        )


        transfer.additional_properties = d
        return transfer

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
