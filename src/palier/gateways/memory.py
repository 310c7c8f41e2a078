"""Small private JSON files written whole or not at all: the memory of the doubles."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def checked_name(name: str) -> str:
    """The name itself when it can be a file name. ValueError otherwise (no path, no hidden file)."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a plain name: {name!r}")
    return name


def write_json(folder: Path, name: str, content: dict[str, Any]) -> None:
    """Write `name`.json (mode 600): readers see the old file or the new one, never a part."""
    target = folder / f"{checked_name(name)}.json"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(content, handle, ensure_ascii=False, indent=1)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(folder: Path, name: str) -> dict[str, Any] | None:
    """The content of `name`.json, None when there is none."""
    try:
        content: dict[str, Any] = json.loads((folder / f"{checked_name(name)}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return content


def read_all(folder: Path) -> Iterator[dict[str, Any]]:
    """The content of every file of the folder, by name; nothing when there is no folder."""
    for path in sorted(folder.glob("*.json")):
        found = read_json(folder, path.stem)
        if found is not None:
            yield found
