from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_kind_view_executor import JobKindViewExecutor
from typing import cast

if TYPE_CHECKING:
  from ..models.declared_limit import DeclaredLimit
  from ..models.job_kind_view_payload_schema import JobKindViewPayloadSchema
  from ..models.job_kind_view_result_schema_type_0 import JobKindViewResultSchemaType0





T = TypeVar("T", bound="JobKindView")



@_attrs_define
class JobKindView:
    """ A kind of jobs: what it takes and gives, where it runs, under which policy.

        Attributes:
            name (str):
            queue (str):
            executor (JobKindViewExecutor): Where its handler runs: on the event loop, in a thread, in a process
            submittable (bool): Whether people may submit such jobs
            max_attempts (int):
            timeout_seconds (float):
            retry_seconds (float): Longest wait after the first failure; doubles with each further one
            longest_retry_seconds (float):
            concurrency (int | None): How many run at once on one node
            limit (DeclaredLimit | None): Of all its jobs on all nodes, as its author declared it
            key_limit (DeclaredLimit | None): The same for those with the same limit key
            cancelled_with (None | str): What its jobs are a part of; cancel that instead
            payload_schema (JobKindViewPayloadSchema): JSON Schema of the payload
            result_schema (JobKindViewResultSchemaType0 | None): JSON Schema of the result; null: it gives none
     """

    name: str
    queue: str
    executor: JobKindViewExecutor
    submittable: bool
    max_attempts: int
    timeout_seconds: float
    retry_seconds: float
    longest_retry_seconds: float
    concurrency: int | None
    limit: DeclaredLimit | None
    key_limit: DeclaredLimit | None
    cancelled_with: None | str
    payload_schema: JobKindViewPayloadSchema
    result_schema: JobKindViewResultSchemaType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.declared_limit import DeclaredLimit # noqa: PLC0415
        from ..models.job_kind_view_payload_schema import JobKindViewPayloadSchema # noqa: PLC0415
        from ..models.job_kind_view_result_schema_type_0 import JobKindViewResultSchemaType0 # noqa: PLC0415
        name = self.name

        queue = self.queue

        executor = self.executor.value

        submittable = self.submittable

        max_attempts = self.max_attempts

        timeout_seconds = self.timeout_seconds

        retry_seconds = self.retry_seconds

        longest_retry_seconds = self.longest_retry_seconds

        concurrency: int | None
        concurrency = self.concurrency

        limit: dict[str, Any] | None
        if isinstance(self.limit, DeclaredLimit):
            limit = self.limit.to_dict()
        else:
            limit = self.limit

        key_limit: dict[str, Any] | None
        if isinstance(self.key_limit, DeclaredLimit):
            key_limit = self.key_limit.to_dict()
        else:
            key_limit = self.key_limit

        cancelled_with: None | str
        cancelled_with = self.cancelled_with

        payload_schema = self.payload_schema.to_dict()

        result_schema: dict[str, Any] | None
        if isinstance(self.result_schema, JobKindViewResultSchemaType0):
            result_schema = self.result_schema.to_dict()
        else:
            result_schema = self.result_schema


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "queue": queue,
            "executor": executor,
            "submittable": submittable,
            "max_attempts": max_attempts,
            "timeout_seconds": timeout_seconds,
            "retry_seconds": retry_seconds,
            "longest_retry_seconds": longest_retry_seconds,
            "concurrency": concurrency,
            "limit": limit,
            "key_limit": key_limit,
            "cancelled_with": cancelled_with,
            "payload_schema": payload_schema,
            "result_schema": result_schema,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.declared_limit import DeclaredLimit # noqa: PLC0415
        from ..models.job_kind_view_payload_schema import JobKindViewPayloadSchema # noqa: PLC0415
        from ..models.job_kind_view_result_schema_type_0 import JobKindViewResultSchemaType0 # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        queue = d.pop("queue")

        executor = JobKindViewExecutor(d.pop("executor"))




        submittable = d.pop("submittable")

        max_attempts = d.pop("max_attempts")

        timeout_seconds = d.pop("timeout_seconds")

        retry_seconds = d.pop("retry_seconds")

        longest_retry_seconds = d.pop("longest_retry_seconds")

        def _parse_concurrency(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        concurrency = _parse_concurrency(d.pop("concurrency"))


        def _parse_limit(data: object) -> DeclaredLimit | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                limit_type_0 = DeclaredLimit.from_dict(data)



                return limit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeclaredLimit | None, data)

        limit = _parse_limit(d.pop("limit"))


        def _parse_key_limit(data: object) -> DeclaredLimit | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                key_limit_type_0 = DeclaredLimit.from_dict(data)



                return key_limit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeclaredLimit | None, data)

        key_limit = _parse_key_limit(d.pop("key_limit"))


        def _parse_cancelled_with(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cancelled_with = _parse_cancelled_with(d.pop("cancelled_with"))


        payload_schema = JobKindViewPayloadSchema.from_dict(d.pop("payload_schema"))




        def _parse_result_schema(data: object) -> JobKindViewResultSchemaType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_schema_type_0 = JobKindViewResultSchemaType0.from_dict(data)



                return result_schema_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobKindViewResultSchemaType0 | None, data)

        result_schema = _parse_result_schema(d.pop("result_schema"))


        job_kind_view = cls(
            name=name,
            queue=queue,
            executor=executor,
            submittable=submittable,
            max_attempts=max_attempts,
            timeout_seconds=timeout_seconds,
            retry_seconds=retry_seconds,
            longest_retry_seconds=longest_retry_seconds,
            concurrency=concurrency,
            limit=limit,
            key_limit=key_limit,
            cancelled_with=cancelled_with,
            payload_schema=payload_schema,
            result_schema=result_schema,
        )


        job_kind_view.additional_properties = d
        return job_kind_view

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
