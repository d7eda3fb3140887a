from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.storage_submit_settings import StorageSubmitSettings





T = TypeVar("T", bound="StorageSubmit")



@_attrs_define
class StorageSubmit:
    """ A new storage.

        Attributes:
            name (str):
            driver (str): One of `GET /drivers`, kind `data.storage`
            settings (StorageSubmitSettings | Unset): Those of the driver; nothing secret is among them
            credential (None | str | Unset): Id of the credential it is logged in to with
            house (bool | Unset): Everybody's; administrators may Default: False.
            read_only (bool | Unset):  Default: False.
            quota_bytes (int | None | Unset): Of data sets; more is refused
            parallelism (int | None | Unset):
            bytes_per_second (int | None | Unset):
            node (None | str | Unset): The one node that reaches it; null: every node
     """

    name: str
    driver: str
    settings: StorageSubmitSettings | Unset = UNSET
    credential: None | str | Unset = UNSET
    house: bool | Unset = False
    read_only: bool | Unset = False
    quota_bytes: int | None | Unset = UNSET
    parallelism: int | None | Unset = UNSET
    bytes_per_second: int | None | Unset = UNSET
    node: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.storage_submit_settings import StorageSubmitSettings # noqa: PLC0415
        name = self.name

        driver = self.driver

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        credential: None | str | Unset
        if isinstance(self.credential, Unset):
            credential = UNSET
        else:
            credential = self.credential

        house = self.house

        read_only = self.read_only

        quota_bytes: int | None | Unset
        if isinstance(self.quota_bytes, Unset):
            quota_bytes = UNSET
        else:
            quota_bytes = self.quota_bytes

        parallelism: int | None | Unset
        if isinstance(self.parallelism, Unset):
            parallelism = UNSET
        else:
            parallelism = self.parallelism

        bytes_per_second: int | None | Unset
        if isinstance(self.bytes_per_second, Unset):
            bytes_per_second = UNSET
        else:
            bytes_per_second = self.bytes_per_second

        node: None | str | Unset
        if isinstance(self.node, Unset):
            node = UNSET
        else:
            node = self.node


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "driver": driver,
        })
        if settings is not UNSET:
            field_dict["settings"] = settings
        if credential is not UNSET:
            field_dict["credential"] = credential
        if house is not UNSET:
            field_dict["house"] = house
        if read_only is not UNSET:
            field_dict["read_only"] = read_only
        if quota_bytes is not UNSET:
            field_dict["quota_bytes"] = quota_bytes
        if parallelism is not UNSET:
            field_dict["parallelism"] = parallelism
        if bytes_per_second is not UNSET:
            field_dict["bytes_per_second"] = bytes_per_second
        if node is not UNSET:
            field_dict["node"] = node

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_submit_settings import StorageSubmitSettings # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        driver = d.pop("driver")

        _settings = d.pop("settings", UNSET)
        settings: StorageSubmitSettings | Unset
        if isinstance(_settings,  Unset):
            settings = UNSET
        else:
            settings = StorageSubmitSettings.from_dict(_settings)




        def _parse_credential(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential = _parse_credential(d.pop("credential", UNSET))


        house = d.pop("house", UNSET)

        read_only = d.pop("read_only", UNSET)

        def _parse_quota_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quota_bytes = _parse_quota_bytes(d.pop("quota_bytes", UNSET))


        def _parse_parallelism(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        parallelism = _parse_parallelism(d.pop("parallelism", UNSET))


        def _parse_bytes_per_second(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_per_second = _parse_bytes_per_second(d.pop("bytes_per_second", UNSET))


        def _parse_node(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        node = _parse_node(d.pop("node", UNSET))


        storage_submit = cls(
            name=name,
            driver=driver,
            settings=settings,
            credential=credential,
            house=house,
            read_only=read_only,
            quota_bytes=quota_bytes,
            parallelism=parallelism,
            bytes_per_second=bytes_per_second,
            node=node,
        )

        return storage_submit

