from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.dataset_preview_kind import DatasetPreviewKind
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.table_column import TableColumn





T = TypeVar("T", bound="DatasetPreview")



@_attrs_define
class DatasetPreview:
    """ What the picture of a data set shows, or the beginning of a table.

        Attributes:
            kind (DatasetPreviewKind):
            why (None | str | Unset): There is none because of this
            width (int | None | Unset): Of the content, in pixels or values
            height (int | None | Unset):
            variable (None | str | Unset): Which field of several is shown
            variables (list[str] | Unset): Those that can be shown
            title (None | str | Unset):
            unit (None | str | Unset):
            low (float | None | Unset): The left end of the scale below the picture
            high (float | None | Unset): The right end of it
            area (list[float] | None | Unset): [west, south, east, north] in degrees, where the file says so
            steps (int | None | Unset): So many fields follow each other: times, levels, members
            step (int | None | Unset): Which one is shown, from 0
            step_label (None | str | Unset):
            row_count (int | None | Unset): Of a table, as its file says
            column_count (int | None | Unset):
            columns (list[TableColumn] | Unset): The first of them
            rows (list[list[None | str]] | Unset): The first of them, as text; null where there is no value
     """

    kind: DatasetPreviewKind
    why: None | str | Unset = UNSET
    width: int | None | Unset = UNSET
    height: int | None | Unset = UNSET
    variable: None | str | Unset = UNSET
    variables: list[str] | Unset = UNSET
    title: None | str | Unset = UNSET
    unit: None | str | Unset = UNSET
    low: float | None | Unset = UNSET
    high: float | None | Unset = UNSET
    area: list[float] | None | Unset = UNSET
    steps: int | None | Unset = UNSET
    step: int | None | Unset = UNSET
    step_label: None | str | Unset = UNSET
    row_count: int | None | Unset = UNSET
    column_count: int | None | Unset = UNSET
    columns: list[TableColumn] | Unset = UNSET
    rows: list[list[None | str]] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.table_column import TableColumn # noqa: PLC0415
        kind = self.kind.value

        why: None | str | Unset
        if isinstance(self.why, Unset):
            why = UNSET
        else:
            why = self.why

        width: int | None | Unset
        if isinstance(self.width, Unset):
            width = UNSET
        else:
            width = self.width

        height: int | None | Unset
        if isinstance(self.height, Unset):
            height = UNSET
        else:
            height = self.height

        variable: None | str | Unset
        if isinstance(self.variable, Unset):
            variable = UNSET
        else:
            variable = self.variable

        variables: list[str] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables



        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        unit: None | str | Unset
        if isinstance(self.unit, Unset):
            unit = UNSET
        else:
            unit = self.unit

        low: float | None | Unset
        if isinstance(self.low, Unset):
            low = UNSET
        else:
            low = self.low

        high: float | None | Unset
        if isinstance(self.high, Unset):
            high = UNSET
        else:
            high = self.high

        area: list[float] | None | Unset
        if isinstance(self.area, Unset):
            area = UNSET
        elif isinstance(self.area, list):
            area = self.area


        else:
            area = self.area

        steps: int | None | Unset
        if isinstance(self.steps, Unset):
            steps = UNSET
        else:
            steps = self.steps

        step: int | None | Unset
        if isinstance(self.step, Unset):
            step = UNSET
        else:
            step = self.step

        step_label: None | str | Unset
        if isinstance(self.step_label, Unset):
            step_label = UNSET
        else:
            step_label = self.step_label

        row_count: int | None | Unset
        if isinstance(self.row_count, Unset):
            row_count = UNSET
        else:
            row_count = self.row_count

        column_count: int | None | Unset
        if isinstance(self.column_count, Unset):
            column_count = UNSET
        else:
            column_count = self.column_count

        columns: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.columns, Unset):
            columns = []
            for columns_item_data in self.columns:
                columns_item = columns_item_data.to_dict()
                columns.append(columns_item)



        rows: list[list[None | str]] | Unset = UNSET
        if not isinstance(self.rows, Unset):
            rows = []
            for rows_item_data in self.rows:
                rows_item = []
                for rows_item_item_data in rows_item_data:
                    rows_item_item: None | str
                    rows_item_item = rows_item_item_data
                    rows_item.append(rows_item_item)


                rows.append(rows_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "kind": kind,
        })
        if why is not UNSET:
            field_dict["why"] = why
        if width is not UNSET:
            field_dict["width"] = width
        if height is not UNSET:
            field_dict["height"] = height
        if variable is not UNSET:
            field_dict["variable"] = variable
        if variables is not UNSET:
            field_dict["variables"] = variables
        if title is not UNSET:
            field_dict["title"] = title
        if unit is not UNSET:
            field_dict["unit"] = unit
        if low is not UNSET:
            field_dict["low"] = low
        if high is not UNSET:
            field_dict["high"] = high
        if area is not UNSET:
            field_dict["area"] = area
        if steps is not UNSET:
            field_dict["steps"] = steps
        if step is not UNSET:
            field_dict["step"] = step
        if step_label is not UNSET:
            field_dict["step_label"] = step_label
        if row_count is not UNSET:
            field_dict["row_count"] = row_count
        if column_count is not UNSET:
            field_dict["column_count"] = column_count
        if columns is not UNSET:
            field_dict["columns"] = columns
        if rows is not UNSET:
            field_dict["rows"] = rows

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.table_column import TableColumn # noqa: PLC0415
        d = dict(src_dict)
        kind = DatasetPreviewKind(d.pop("kind"))




        def _parse_why(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        why = _parse_why(d.pop("why", UNSET))


        def _parse_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        width = _parse_width(d.pop("width", UNSET))


        def _parse_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        height = _parse_height(d.pop("height", UNSET))


        def _parse_variable(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        variable = _parse_variable(d.pop("variable", UNSET))


        variables = cast(list[str], d.pop("variables", UNSET))


        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))


        def _parse_unit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unit = _parse_unit(d.pop("unit", UNSET))


        def _parse_low(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        low = _parse_low(d.pop("low", UNSET))


        def _parse_high(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        high = _parse_high(d.pop("high", UNSET))


        def _parse_area(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                area_type_0 = cast(list[float], data)

                return area_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        area = _parse_area(d.pop("area", UNSET))


        def _parse_steps(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        steps = _parse_steps(d.pop("steps", UNSET))


        def _parse_step(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        step = _parse_step(d.pop("step", UNSET))


        def _parse_step_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        step_label = _parse_step_label(d.pop("step_label", UNSET))


        def _parse_row_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        row_count = _parse_row_count(d.pop("row_count", UNSET))


        def _parse_column_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        column_count = _parse_column_count(d.pop("column_count", UNSET))


        _columns = d.pop("columns", UNSET)
        columns: list[TableColumn] | Unset = UNSET
        if _columns is not UNSET:
            columns = []
            for columns_item_data in _columns:
                columns_item = TableColumn.from_dict(columns_item_data)



                columns.append(columns_item)


        _rows = d.pop("rows", UNSET)
        rows: list[list[None | str]] | Unset = UNSET
        if _rows is not UNSET:
            rows = []
            for rows_item_data in _rows:
                rows_item = []
                _rows_item = rows_item_data
                for rows_item_item_data in (_rows_item):
                    def _parse_rows_item_item(data: object) -> None | str:
                        if data is None:
                            return data
                        return cast(None | str, data)

                    rows_item_item = _parse_rows_item_item(rows_item_item_data)

                    rows_item.append(rows_item_item)

                rows.append(rows_item)


        dataset_preview = cls(
            kind=kind,
            why=why,
            width=width,
            height=height,
            variable=variable,
            variables=variables,
            title=title,
            unit=unit,
            low=low,
            high=high,
            area=area,
            steps=steps,
            step=step,
            step_label=step_label,
            row_count=row_count,
            column_count=column_count,
            columns=columns,
            rows=rows,
        )


        dataset_preview.additional_properties = d
        return dataset_preview

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
