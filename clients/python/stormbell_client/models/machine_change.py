from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.machine_change_settings_type_0 import MachineChangeSettingsType0
  from ..models.machine_change_transport_settings_type_0 import MachineChangeTransportSettingsType0





T = TypeVar("T", bound="MachineChange")



@_attrs_define
class MachineChange:
    """ What may be changed about a machine; members left out stay.

        Attributes:
            enabled (bool | None | Unset):
            cordoned (bool | None | Unset):
            name (None | str | Unset):
            driver (None | str | Unset): Another batch-system driver
            transport_settings (MachineChangeTransportSettingsType0 | None | Unset):
            settings (MachineChangeSettingsType0 | None | Unset):
            test_mode (bool | None | Unset): While it is on, runs are made up, a state a poll
            refused_tags (list[str] | None | Unset): All of them anew; an empty list lets any data set go there
            only_tags (list[str] | None | Unset): All of them anew; an empty list lets any data set go there
            credential_id (None | str | Unset):
     """

    enabled: bool | None | Unset = UNSET
    cordoned: bool | None | Unset = UNSET
    name: None | str | Unset = UNSET
    driver: None | str | Unset = UNSET
    transport_settings: MachineChangeTransportSettingsType0 | None | Unset = UNSET
    settings: MachineChangeSettingsType0 | None | Unset = UNSET
    test_mode: bool | None | Unset = UNSET
    refused_tags: list[str] | None | Unset = UNSET
    only_tags: list[str] | None | Unset = UNSET
    credential_id: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_change_settings_type_0 import MachineChangeSettingsType0 # noqa: PLC0415
        from ..models.machine_change_transport_settings_type_0 import MachineChangeTransportSettingsType0 # noqa: PLC0415
        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        cordoned: bool | None | Unset
        if isinstance(self.cordoned, Unset):
            cordoned = UNSET
        else:
            cordoned = self.cordoned

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        driver: None | str | Unset
        if isinstance(self.driver, Unset):
            driver = UNSET
        else:
            driver = self.driver

        transport_settings: dict[str, Any] | None | Unset
        if isinstance(self.transport_settings, Unset):
            transport_settings = UNSET
        elif isinstance(self.transport_settings, MachineChangeTransportSettingsType0):
            transport_settings = self.transport_settings.to_dict()
        else:
            transport_settings = self.transport_settings

        settings: dict[str, Any] | None | Unset
        if isinstance(self.settings, Unset):
            settings = UNSET
        elif isinstance(self.settings, MachineChangeSettingsType0):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        test_mode: bool | None | Unset
        if isinstance(self.test_mode, Unset):
            test_mode = UNSET
        else:
            test_mode = self.test_mode

        refused_tags: list[str] | None | Unset
        if isinstance(self.refused_tags, Unset):
            refused_tags = UNSET
        elif isinstance(self.refused_tags, list):
            refused_tags = self.refused_tags


        else:
            refused_tags = self.refused_tags

        only_tags: list[str] | None | Unset
        if isinstance(self.only_tags, Unset):
            only_tags = UNSET
        elif isinstance(self.only_tags, list):
            only_tags = self.only_tags


        else:
            only_tags = self.only_tags

        credential_id: None | str | Unset
        if isinstance(self.credential_id, Unset):
            credential_id = UNSET
        else:
            credential_id = self.credential_id


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if cordoned is not UNSET:
            field_dict["cordoned"] = cordoned
        if name is not UNSET:
            field_dict["name"] = name
        if driver is not UNSET:
            field_dict["driver"] = driver
        if transport_settings is not UNSET:
            field_dict["transport_settings"] = transport_settings
        if settings is not UNSET:
            field_dict["settings"] = settings
        if test_mode is not UNSET:
            field_dict["test_mode"] = test_mode
        if refused_tags is not UNSET:
            field_dict["refused_tags"] = refused_tags
        if only_tags is not UNSET:
            field_dict["only_tags"] = only_tags
        if credential_id is not UNSET:
            field_dict["credential_id"] = credential_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_change_settings_type_0 import MachineChangeSettingsType0 # noqa: PLC0415
        from ..models.machine_change_transport_settings_type_0 import MachineChangeTransportSettingsType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


        def _parse_cordoned(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        cordoned = _parse_cordoned(d.pop("cordoned", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_driver(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        driver = _parse_driver(d.pop("driver", UNSET))


        def _parse_transport_settings(data: object) -> MachineChangeTransportSettingsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                transport_settings_type_0 = MachineChangeTransportSettingsType0.from_dict(data)



                return transport_settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MachineChangeTransportSettingsType0 | None | Unset, data)

        transport_settings = _parse_transport_settings(d.pop("transport_settings", UNSET))


        def _parse_settings(data: object) -> MachineChangeSettingsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                settings_type_0 = MachineChangeSettingsType0.from_dict(data)



                return settings_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MachineChangeSettingsType0 | None | Unset, data)

        settings = _parse_settings(d.pop("settings", UNSET))


        def _parse_test_mode(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        test_mode = _parse_test_mode(d.pop("test_mode", UNSET))


        def _parse_refused_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                refused_tags_type_0 = cast(list[str], data)

                return refused_tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        refused_tags = _parse_refused_tags(d.pop("refused_tags", UNSET))


        def _parse_only_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                only_tags_type_0 = cast(list[str], data)

                return only_tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        only_tags = _parse_only_tags(d.pop("only_tags", UNSET))


        def _parse_credential_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credential_id = _parse_credential_id(d.pop("credential_id", UNSET))


        machine_change = cls(
            enabled=enabled,
            cordoned=cordoned,
            name=name,
            driver=driver,
            transport_settings=transport_settings,
            settings=settings,
            test_mode=test_mode,
            refused_tags=refused_tags,
            only_tags=only_tags,
            credential_id=credential_id,
        )

        return machine_change

