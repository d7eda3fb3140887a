from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.export_view_state import ExportViewState
from typing import cast
import datetime






T = TypeVar("T", bound="ExportView")



@_attrs_define
class ExportView:
    """ An archive of one's data.

        Attributes:
            id (str):
            state (ExportViewState):
            job_id (None | str): The job that makes it, with its progress
            bytes_ (int | None):
            sha256 (None | str):
            error (None | str):
            created_at (datetime.datetime):
            ready_at (datetime.datetime | None):
            expires_at (datetime.datetime): When it is removed
     """

    id: str
    state: ExportViewState
    job_id: None | str
    bytes_: int | None
    sha256: None | str
    error: None | str
    created_at: datetime.datetime
    ready_at: datetime.datetime | None
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state.value

        job_id: None | str
        job_id = self.job_id

        bytes_: int | None
        bytes_ = self.bytes_

        sha256: None | str
        sha256 = self.sha256

        error: None | str
        error = self.error

        created_at = self.created_at.isoformat()

        ready_at: None | str
        if isinstance(self.ready_at, datetime.datetime):
            ready_at = self.ready_at.isoformat()
        else:
            ready_at = self.ready_at

        expires_at = self.expires_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "state": state,
            "job_id": job_id,
            "bytes": bytes_,
            "sha256": sha256,
            "error": error,
            "created_at": created_at,
            "ready_at": ready_at,
            "expires_at": expires_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        state = ExportViewState(d.pop("state"))




        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))


        def _parse_bytes_(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        bytes_ = _parse_bytes_(d.pop("bytes"))


        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_ready_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ready_at_type_0 = datetime.datetime.fromisoformat(data)



                return ready_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ready_at = _parse_ready_at(d.pop("ready_at"))


        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        export_view = cls(
            id=id,
            state=state,
            job_id=job_id,
            bytes_=bytes_,
            sha256=sha256,
            error=error,
            created_at=created_at,
            ready_at=ready_at,
            expires_at=expires_at,
        )


        export_view.additional_properties = d
        return export_view

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
