"""Files in a .zip, as offices send them: the one that is meant is unpacked and read like any other."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sanxian.errors import LayerReadError, SanxianError

if TYPE_CHECKING:
    import os

#: Files that hold a layer; everything of the same name beside them belongs to them.
LAYER_SUFFIXES = (
    *(".shp", ".gpkg", ".parquet", ".geoparquet", ".pq", ".fgb", ".geojson", ".json", ".kml", ".dxf"),
    *(".gml", ".tab", ".mif"),
)
#: Names that an error shows.
_MOST_NAMES = 8
#: Bit of a member's flags: its name is UTF-8.
_IS_UTF8 = 0x800
_IS_ENCRYPTED = 0x1


@dataclass(frozen=True)
class _Member:
    info: zipfile.ZipInfo
    path: PurePosixPath


def is_archive(source: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a .zip."""
    path = Path(source)
    return path.suffix.lower() == ".zip" and path.is_file()


@contextlib.contextmanager
def unpacked(
    archive: str | os.PathLike[str], preferred: Sequence[Sequence[str]], layer: str | None = None
) -> Iterator[tuple[Path, str | None]]:
    """Unpack what is meant into a folder that goes when the block is left.

    Parameters
    ----------
    archive : path
        A .zip. Names in it may be UTF-8 or GB18030, as Windows writes them.
    preferred : sequence of sequences of str
        Suffixes of the files that could be meant: those of the first sequence that the archive has any of. A FileGDB
        counts as a layer.
    layer : str, optional
        Of several files the one with this name; of a single file, the layer in it.

    Yields
    ------
    (Path, str or None)
        The file, and the layer in it that is still to be chosen. Errors that name the file say where in the archive it
        is.

    Raises
    ------
    LayerReadError
        No such file or several, an archive that is damaged, encrypted or larger than the disk has room for.
    """
    path = Path(archive)
    with tempfile.TemporaryDirectory(prefix="sanxian-") as folder:
        try:
            with zipfile.ZipFile(path) as opened:
                members = _members(opened)
                chosen, layer = _choose(path, members, preferred, layer)
                file = _unpack(path, opened, chosen, members, Path(folder))
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
            raise _unreadable(path, f"a damaged archive ({error}): ask for it again") from error
        except (NotImplementedError, OSError) as error:
            raise _unreadable(path, f"an archive that cannot be unpacked here ({error}): unpack it first") from error
        inside, outside = f"{file.parent}/", f"{path / chosen.parent}/"
        try:
            yield file, layer
        except SanxianError as error:
            known = {
                name: value.replace(inside, outside) if isinstance(value, str) else value
                for name, value in vars(error).items()
                if not name.startswith("_")
            }
            raise type(error)(error.message.replace(inside, outside), **known) from error.__cause__
        except KeyError as error:
            raise KeyError(str(error.args[0]).replace(inside, outside)) from error.__cause__


def _members(archive: zipfile.ZipFile) -> list[_Member]:
    """The files of an archive by their readable names, without those that macOS adds."""
    named = ((info, _readable_name(info)) for info in archive.infolist())
    members = [_Member(info, PurePosixPath(name)) for info, name in named if not name.endswith("/")]
    return [member for member in members if member.path.name.strip(".") and not member.path.name.startswith("._")]


def _readable_name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & _IS_UTF8:
        # What is not marked as UTF-8 was read as the code page of DOS.
        with contextlib.suppress(UnicodeEncodeError):
            raw = name.encode("cp437")
            for encoding in ("utf-8", "gb18030"):
                with contextlib.suppress(UnicodeDecodeError):
                    name = raw.decode(encoding)
                    break
    return name.replace("\\", "/").lstrip("/")


def _choose(
    archive: Path, members: list[_Member], preferred: Sequence[Sequence[str]], layer: str | None
) -> tuple[PurePosixPath, str | None]:
    """The file that is meant, and the layer in it that is still to be chosen."""
    databases = {parent for member in members for parent in member.path.parents if parent.suffix.lower() == ".gdb"}
    if any(member.path.parent == PurePosixPath(".") and member.path.suffix == ".gdbtable" for member in members):
        # A FileGDB whose files were packed without their folder.
        databases.add(PurePosixPath("."))
    files = [member.path for member in members if not databases.intersection(member.path.parents)]
    for suffixes in preferred:
        able = sorted(file for file in files if file.suffix.lower() in suffixes)
        if ".gpkg" in suffixes:
            able += sorted(databases)
        meant = [file for file in able if len(able) > 1 and layer is not None and layer == file.stem]
        if len(able) == 1:
            return able[0], layer
        if len(meant) == 1:
            return meant[0], None
        if able:
            wish = "unpack it, or pass layer=" if layer is None else f"none, or several, are called {layer!r}"
            raise _unreadable(archive, f"several files could be meant: {wish}: it has {_listed(able)}")
    raise _unreadable(archive, f"holds no layer: it has {_listed(member.path for member in members) or 'no files'}")


def _listed(paths: Iterator[PurePosixPath] | list[PurePosixPath]) -> str:
    names = sorted(map(str, paths))
    return ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")


def _unpack(path: Path, archive: zipfile.ZipFile, chosen: PurePosixPath, members: list[_Member], folder: Path) -> Path:
    """Write a file and what belongs to it into a folder, under the last parts of their names alone."""
    is_database = chosen.suffix.lower() == ".gdb" or chosen == PurePosixPath(".")
    if is_database:
        wanted = [member for member in members if member.path.parent == chosen]
        target = folder / (chosen.name or f"{path.name.partition('.')[0]}.gdb")
        target.mkdir()
    else:
        stem = f"{chosen.stem}.".casefold()
        beside = [member for member in members if member.path.parent == chosen.parent]
        wanted = [member for member in beside if member.path.name.casefold().startswith(stem)]
        target = folder
    if any(member.info.flag_bits & _IS_ENCRYPTED for member in wanted):
        raise _unreadable(path, "an encrypted archive: unpack it with its password first")
    size, room = sum(member.info.file_size for member in wanted), shutil.disk_usage(folder).free
    if size > room:
        raise _unreadable(path, f"unpacks to {size} bytes, and {folder.parent} has room for {room}: make room")
    for member in wanted:
        with archive.open(member.info) as source, (target / member.path.name).open("wb") as written:
            shutil.copyfileobj(source, written)
    return target if is_database else folder / chosen.name


def _unreadable(path: Path, reason: str) -> LayerReadError:
    return LayerReadError(f"{path}: {reason}", path=str(path), reason=reason)
