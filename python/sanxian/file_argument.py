"""A file named on the command line, as a frame, and what is said of its CRS."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import sanxian as sx
from sanxian.arrow import PLOTS_SUFFIXES
from sanxian.crs import crs_text
from sanxian.io import read_layer_frame
from sanxian.terminal import progress_bar

if TYPE_CHECKING:
    import geopandas as gpd


def read_file(
    options: argparse.Namespace, *, on_error: Literal["raise", "null"] = "raise", keep_whole_numbers: bool = False
) -> gpd.GeoDataFrame:
    """The plots or the layer that a command's file holds, in the window and with the columns asked for."""
    crs = int(options.crs) if options.crs and options.crs.isdigit() else options.crs
    bbox, columns = getattr(options, "bbox", None), getattr(options, "columns", None)
    if options.file.suffix.lower() in PLOTS_SUFFIXES:
        if options.layer is not None:
            raise ValueError(f"{options.file}: --layer is for files of several layers: leave it out")
        frame = sx.read_plots(options.file, crs=crs, encoding=options.encoding)
        return _cut_out(frame, bbox, columns, options.file)
    with progress_bar("读取") as progress:
        return read_layer_frame(
            options.file,
            keep_whole_numbers=keep_whole_numbers,
            role=getattr(options, "role", None),
            layer=options.layer,
            bbox=bbox,
            columns=columns,
            sql=None,
            encoding=options.encoding,
            crs=None if crs is None else crs_text(crs),
            on_error=on_error if options.file.suffix.lower() in (".shp", ".zip") else "raise",
            progress=progress,
        )


def _cut_out(
    frame: gpd.GeoDataFrame, bbox: list[float] | None, columns: list[str] | None, file: Path
) -> gpd.GeoDataFrame:
    """Plots are few: they are read whole and cut afterwards."""
    if bbox is not None:
        west, south, east, north = bbox
        boxes = frame.bounds
        meets = (boxes["minx"] <= east) & (boxes["maxx"] >= west) & (boxes["miny"] <= north) & (boxes["maxy"] >= south)
        frame = frame[meets]
    if columns is not None:
        for column in columns:
            if column not in frame.columns:
                known = ", ".join(name for name in frame.columns if name != "geometry")
                raise KeyError(f'{file}: no column "{column}": it has {known}')
        frame = frame[[*[column for column in columns if column != "geometry"], "geometry"]]
    return frame


def crs_label(frame: gpd.GeoDataFrame) -> str:
    """Code and name of a frame's CRS."""
    if frame.crs is None:
        return "none"
    epsg = frame.crs.to_epsg()
    return f"EPSG:{epsg} ({frame.crs.name})" if epsg else str(frame.crs.name)
