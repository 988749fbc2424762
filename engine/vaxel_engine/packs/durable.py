"""Files of a store: whole or not there at all, under the names of brands."""

import os
from pathlib import Path

from vaxel_engine.errors import Misconfigured, Unwritable


def write_whole(path: Path, content: bytes, *, otherwise: str = "nothing was published") -> None:
    """Durable, and whole or not at all; raises Unwritable, which says what has `otherwise` not happened."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unwritable(f"{path} cannot be written ({error.strerror}); {otherwise}") from error


def plain_name(brand: str) -> str:
    """The name of a brand, which is no path; raises Misconfigured."""
    if not brand.replace("-", "_").isidentifier():
        raise Misconfigured(f'"{brand}" is no name of a brand; a name has letters, digits, "-" and "_"')
    return brand
