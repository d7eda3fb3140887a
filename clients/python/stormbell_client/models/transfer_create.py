from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.transfer_create_engine import TransferCreateEngine
from ..models.transfer_create_kind import TransferCreateKind
from ..models.transfer_create_urgency import TransferCreateUrgency
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.place import Place





T = TypeVar("T", bound="TransferCreate")



@_attrs_define
class TransferCreate:
    """ Bytes to be moved, those of a data set or those under a path of a storage you may act on.

    A copy of a data set is a data set of its own; a replica is one more copy of the same; a move keeps the id.

        Attributes:
            kind (TransferCreateKind):
            urgency (TransferCreateUrgency | Unset):  Default: TransferCreateUrgency.NORMAL.
            bytes_per_second (int | None | Unset): Send no more bytes a second than this
            dry_run (bool | Unset): Only say what would be done, and how long it would take Default: False.
            dataset_id (None | str | Unset):
            source (None | Place | Unset): Where from; of a data set: which of its copies
            targets (list[Place] | Unset): Where to; several for replicas
            folder (bool | Unset): Everything below the source's path, file by file Default: False.
            engine (TransferCreateEngine | Unset): rclone: for folders between storages it knows, where the server has it
                Default: TransferCreateEngine.OWN.
            overwrite (bool | Unset): Replace what is stored under the target's path Default: False.
     """

    kind: TransferCreateKind
    urgency: TransferCreateUrgency | Unset = TransferCreateUrgency.NORMAL
    bytes_per_second: int | None | Unset = UNSET
    dry_run: bool | Unset = False
    dataset_id: None | str | Unset = UNSET
    source: None | Place | Unset = UNSET
    targets: list[Place] | Unset = UNSET
    folder: bool | Unset = False
    engine: TransferCreateEngine | Unset = TransferCreateEngine.OWN
    overwrite: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        from ..models.place import Place # noqa: PLC0415
        kind = self.kind.value

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        bytes_per_second: int | None | Unset
        if isinstance(self.bytes_per_second, Unset):
            bytes_per_second = UNSET
        else:
            bytes_per_second = self.bytes_per_second

        dry_run = self.dry_run

        dataset_id: None | str | Unset
        if isinstance(self.dataset_id, Unset):
            dataset_id = UNSET
        else:
            dataset_id = self.dataset_id

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, Place):
            source = self.source.to_dict()
        else:
            source = self.source

        targets: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.targets, Unset):
            targets = []
            for targets_item_data in self.targets:
                targets_item = targets_item_data.to_dict()
                targets.append(targets_item)



        folder = self.folder

        engine: str | Unset = UNSET
        if not isinstance(self.engine, Unset):
            engine = self.engine.value


        overwrite = self.overwrite


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
        })
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if bytes_per_second is not UNSET:
            field_dict["bytes_per_second"] = bytes_per_second
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if dataset_id is not UNSET:
            field_dict["dataset_id"] = dataset_id
        if source is not UNSET:
            field_dict["source"] = source
        if targets is not UNSET:
            field_dict["targets"] = targets
        if folder is not UNSET:
            field_dict["folder"] = folder
        if engine is not UNSET:
            field_dict["engine"] = engine
        if overwrite is not UNSET:
            field_dict["overwrite"] = overwrite

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.place import Place # noqa: PLC0415
        d = dict(src_dict)
        kind = TransferCreateKind(d.pop("kind"))




        _urgency = d.pop("urgency", UNSET)
        urgency: TransferCreateUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = TransferCreateUrgency(_urgency)




        def _parse_bytes_per_second(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        bytes_per_second = _parse_bytes_per_second(d.pop("bytes_per_second", UNSET))


        dry_run = d.pop("dry_run", UNSET)

        def _parse_dataset_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        dataset_id = _parse_dataset_id(d.pop("dataset_id", UNSET))


        def _parse_source(data: object) -> None | Place | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_type_0 = Place.from_dict(data)



                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Place | Unset, data)

        source = _parse_source(d.pop("source", UNSET))


        _targets = d.pop("targets", UNSET)
        targets: list[Place] | Unset = UNSET
        if _targets is not UNSET:
            targets = []
            for targets_item_data in _targets:
                targets_item = Place.from_dict(targets_item_data)



                targets.append(targets_item)


        folder = d.pop("folder", UNSET)

        _engine = d.pop("engine", UNSET)
        engine: TransferCreateEngine | Unset
        if isinstance(_engine,  Unset):
            engine = UNSET
        else:
            engine = TransferCreateEngine(_engine)




        overwrite = d.pop("overwrite", UNSET)

        transfer_create = cls(
            kind=kind,
            urgency=urgency,
            bytes_per_second=bytes_per_second,
            dry_run=dry_run,
            dataset_id=dataset_id,
            source=source,
            targets=targets,
            folder=folder,
            engine=engine,
            overwrite=overwrite,
        )

        return transfer_create

