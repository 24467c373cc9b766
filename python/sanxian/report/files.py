"""Files that appear whole or not at all; the pieces as a GeoPackage and the evidence as JSON."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd

if TYPE_CHECKING:
    from sanxian.report.model import Report

Writer = Callable[[Path], None]

#: The date inside every file, so that the same report has the same bytes. The earliest that ZIP can hold.
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def _workspace(folder: Path) -> Iterator[Path]:
    """A hidden folder inside ``folder`` (same disk, so that renaming is atomic), removed whatever happens."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix=".sanxian-", dir=folder))
    try:
        yield workspace
    except BaseException:
        shutil.rmtree(workspace, ignore_errors=True)
        for made in missing:
            # A folder that this call made and left empty is a half-written output too.
            if made.exists() and not any(made.iterdir()):
                made.rmdir()
        raise
    shutil.rmtree(workspace, ignore_errors=True)


def _move_in(workspace: Path, folder: Path, names: list[str]) -> None:
    """Rename all files into ``folder``; when one fails, put back what was there before."""
    old = workspace / "old"
    old.mkdir()
    moved: list[str] = []
    kept: list[str] = []
    try:
        for name in names:
            if (folder / name).exists():
                (folder / name).replace(old / name)
                kept.append(name)
            (workspace / name).replace(folder / name)
            moved.append(name)
    except OSError:
        for name in moved:
            (folder / name).unlink(missing_ok=True)
        for name in kept:
            (old / name).replace(folder / name)
        raise


def write_together(folder: str | os.PathLike[str], writers: Mapping[str, Writer]) -> list[Path]:
    """Write several files into a folder so that either all of them are there or none is new.

    Parameters
    ----------
    folder : path
        Made where it does not exist.
    writers : dict
        File name to the function that writes it to a given path.

    Returns
    -------
    list of Path
    """
    target = Path(folder)
    with _workspace(target) as workspace:
        for name, write in writers.items():
            write(workspace / name)
        _move_in(workspace, target, list(writers))
    return [target / name for name in writers]


def replace_file(path: str | os.PathLike[str], write: Writer) -> Path:
    """Write one file beside its place and rename it there once it is whole."""
    target = Path(path)
    write_together(target.parent, {target.name: write})
    return target


def rezip(content: bytes) -> bytes:
    """The same archive with a fixed date on every member."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            entry = zipfile.ZipInfo(member, FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(member))
    return result.getvalue()


@contextmanager
def fixed_gdal_date() -> Iterator[None]:
    """Let GDAL stamp a GeoPackage with a fixed date instead of now."""
    import pyogrio

    option = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "1980-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def write_pieces(report: Report, path: Path) -> None:
    """Write layers ``pieces`` and ``plots`` to a GeoPackage, both as MultiPolygon in the plots' CRS."""
    with fixed_gdal_date():
        for layer, frame in (("pieces", report.pieces), ("plots", report.plots)):
            _write_layer(frame, path, layer)


def _write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    import pyogrio

    plain = frame.reset_index(drop=True)
    for name in plain.columns:
        # GDAL cannot type a column of nothing but nulls; as text it stays a column.
        if name != plain.geometry.name and plain[name].isna().all() and plain[name].dtype == object:
            plain[name] = plain[name].astype("string")
    pyogrio.write_dataframe(
        plain,
        path,
        layer=layer,
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        append=path.exists(),
    )


def write_evidence(report: Report, path: Path) -> None:
    """Write the evidence as JSON, readable and with its Chinese as it is."""
    path.write_text(to_json(report.evidence), encoding="utf-8", newline="\n")


def to_json(value: Any) -> str:
    """JSON text that ends with a newline; numbers that are not finite have no place in it."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
