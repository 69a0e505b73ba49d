"""A map on an office's own boundaries: read however they are kept, told whose they are, never reviewed without a number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapefile

from model.errors import InputError
from scenarios.files import tables
from scenarios.files.boundaries import read_boundaries
from scenarios.runs import rerun
from scenarios.runs import run as runs
from scenarios.world.open import World

STATED = 'source = "某厅标准地图"\nreview_number = "吉S(2025)001号"\ndatum = "CGCS2000"\n'


@pytest.fixture(scope="module")
def folder(small: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "small"
    return runs.run(small.scenario, small.register, runs.Options(out), simulate=False)


@pytest.fixture(scope="module")
def counties(folder: Path) -> list[tuple[str, float, float]]:
    table = tables.read(folder / "inputs" / "counties.csv")
    return list(zip(table["county_code"].astype(str), table["longitude"], table["latitude"], strict=True))


def square(x: float, y: float, size: float = 0.2) -> list[list[float]]:
    return [[x - size, y - size], [x - size, y + size], [x + size, y + size], [x + size, y - size], [x - size, y - size]]


def collection(counties: list[tuple[str, float, float]], key: str = "adcode", kind: Any = str) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {key: kind(code)}, "geometry": {"type": "Polygon", "coordinates": [square(x, y)]}}
        for code, x, y in counties
    ]
    return {"type": "FeatureCollection", "features": features}


def written(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", [str, int, float, lambda code: f"{code}000000"])
def test_a_code_is_found_however_it_is_kept(kind: Any, counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    codes = [code for code, _, _ in counties]
    read = read_boundaries(written(tmp_path / "县界.geojson", collection(counties, "区划代码", kind)), codes)
    assert sorted(read.rings) == sorted(codes)
    assert read.stated == {}


def test_a_county_of_several_parts_is_whole(counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    data = collection(counties)
    code, x, y = counties[0]
    data["features"][0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(x, y)], [square(x + 1, y, 0.1)]]}
    assert len(read_boundaries(written(tmp_path / "a.json", data), [c for c, _, _ in counties]).rings[code]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_shapefile_is_read(encoding: str, counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    with shapefile.Writer(str(tmp_path / "县界.shp"), encoding=encoding) as out:
        out.field("NAME", "C", 20)
        out.field("PAC", "N", 6, 0)
        for code, x, y in counties:
            out.poly([square(x, y)])
            out.record("某县", int(code))
    assert len(read_boundaries(tmp_path / "县界.shp", [code for code, _, _ in counties]).rings) == len(counties)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: data["features"].pop(), "counties have no boundary"),
        (lambda data: data["features"][0]["properties"].clear(), "counties have no boundary"),
        (lambda data: [f["properties"].clear() for f in data["features"]], "no county code"),
        (lambda data: data["features"][0]["geometry"].update(coordinates=[square(482000.0, 4850000.0)]), "not degrees"),
        (lambda data: data["features"][0]["geometry"].update(coordinates=[square(float("nan"), 43.0)]), "not degrees"),
        (lambda data: data["features"][0]["geometry"].update(coordinates=[["x"]]), "cannot be read"),
        (lambda data: data["features"].insert(0, None), "cannot be read"),
        (lambda data: data.pop("features"), "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(spoil: Any, told: str, counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    data = collection(counties)
    spoil(data)
    with pytest.raises(InputError, match=told):
        read_boundaries(written(tmp_path / "a.geojson", data), [code for code, _, _ in counties])


@pytest.mark.parametrize("text", [b"", b"\x00\x01", b"[]", b"{", "县界".encode("gb18030")])
@pytest.mark.parametrize("name", ["a.geojson", "a.shp", "a.kml"])
def test_what_is_no_map_is_refused(text: bytes, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(text)
    with pytest.raises(InputError):
        read_boundaries(tmp_path / name, ["220102"])


@pytest.mark.parametrize("text", ["source = 3", "author = '甲'", "source = ", "review_number = ''"])
def test_a_sidecar_states_what_it_may(text: str, counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    (tmp_path / "a.source.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.source\.toml"):
        read_boundaries(written(tmp_path / "a.geojson", collection(counties)), [code for code, _, _ in counties])


def test_the_page_says_whose_the_boundaries_are(folder: Path, counties: list[tuple[str, float, float]], tmp_path: Path) -> None:
    file = written(tmp_path / "a.geojson", collection(counties))
    before = (folder / "manifest.json").read_bytes()
    page = rerun.drawn(folder, file, tmp_path / "map.html", "zh").read_text(encoding="utf-8")
    assert "不得公开" in page
    (tmp_path / "a.source.toml").write_text(STATED, encoding="utf-8")
    with pytest.raises(InputError):  # what is there is not written over
        rerun.drawn(folder, file, tmp_path / "map.html", "zh")
    page = rerun.drawn(folder, file, tmp_path / "map.html", "zh", force=True).read_text(encoding="utf-8")
    assert "不得公开" not in page
    for told in ("某厅标准地图", "吉S(2025)001号", "CGCS2000"):
        assert told in page
    assert (folder / "manifest.json").read_bytes() == before
