"""Where an incident is: boxes and geometries that are on the Earth, and what is wrong with the others."""

from typing import Any

import pytest

from app.modules.workflows.areas import MOST_POSITIONS, area_of, bounds
from app.modules.workflows.errors import AreaInvalid


@pytest.mark.covers("V10")
def test_a_box_becomes_a_polygon_and_two_over_the_180th_meridian() -> None:
    box = area_of(bbox=[14.0, 40.5, 15.0, 41.0])
    assert box is not None
    assert bounds(box) == (14.0, 40.5, 15.0, 41.0)
    assert box["coordinates"][0][0] == box["coordinates"][0][-1]
    fiji = area_of(bbox=[177.0, -19.0, -178.0, -16.0])
    assert fiji is not None
    assert [bounds({"type": "Polygon", "coordinates": c}) for c in fiji["coordinates"]] == [
        (177.0, -19.0, 180.0, -16.0),
        (-180.0, -19.0, -178.0, -16.0),
    ]
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2], "crs": "x"}, "properties": {}}
    assert area_of(geometry=feature) == {"type": "Point", "coordinates": [1, 2]}
    assert area_of() is None


@pytest.mark.parametrize(
    "given",
    [
        {"bbox": [14, 41, 15, 40]},
        {"bbox": [14, 40, 14, 41]},
        {"bbox": [14, 40, 15, 91]},
        {"bbox": [14, 40, float("nan"), 41]},
        {"bbox": [1, 1, 2, 2], "geometry": {"type": "Point", "coordinates": [1, 1]}},
        {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}},
        {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}},
        {"geometry": {"type": "Polygon", "coordinates": [[0, 0], [1, 0]]}},
        {"geometry": {"type": "Point", "coordinates": [True, 1]}},
        {"geometry": {"type": "Point", "coordinates": [1]}},
        {"geometry": {"type": "MultiPoint", "coordinates": []}},
        {"geometry": {"type": "MultiPoint", "coordinates": [[0, 0]] * (MOST_POSITIONS + 1)}},
        {"geometry": {"type": "Point"}},
        {"geometry": {"type": "Feature", "geometry": None}},
    ],
)
def test_what_is_no_area_is_refused_with_the_reason(given: dict[str, Any]) -> None:
    with pytest.raises(AreaInvalid, match=r"\w{4}"):
        area_of(**given)
