"""The lists in pyproject.toml agree with the rooms on disk, so that a new room cannot be forgotten in one of them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = {path.parent.parent.name: path.parent.name for path in ROOT.glob("*/*/py.typed")}
"""Room → package, read off the disk."""
TOOL = PYPROJECT["tool"]


def test_every_room_holds_the_package_named_after_it() -> None:
    expected = {room: "vaxel" if room == "command" else f"vaxel_{room}" for room in PACKAGES}
    assert expected == PACKAGES


def test_every_package_on_disk_is_typed() -> None:
    packages = {path.parent for path in ROOT.glob("*/vaxel*/__init__.py")}
    assert packages == {ROOT / room / package for room, package in PACKAGES.items()}


@pytest.mark.parametrize(
    ("where", "listed"),
    [
        ("hatch editable", TOOL["hatch"]["build"]["dev-mode-dirs"]),
        ("hatch wheel sources", TOOL["hatch"]["build"]["targets"]["wheel"]["sources"]),
        ("ruff src", TOOL["ruff"]["src"]),
        ("mypy files", set(TOOL["mypy"]["files"]) - {"tests"}),
        ("pyright include", set(TOOL["pyright"]["include"]) - {"tests"}),
        ("pyright extraPaths", set(TOOL["pyright"]["extraPaths"]) - {"."}),
        ("pytest pythonpath", set(TOOL["pytest"]["ini_options"]["pythonpath"]) - {"."}),
        (
            "mypy_path",
            {part.rpartition("/")[2] for part in TOOL["mypy"]["mypy_path"].split(":")} - {"$MYPY_CONFIG_FILE_DIR"},
        ),
    ],
)
def test_every_tool_knows_every_room(where: str, listed: list[str]) -> None:
    assert set(listed) == set(PACKAGES), where


def test_the_wheel_holds_every_package() -> None:
    wheel = TOOL["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(wheel) == {f"{room}/{package}" for room, package in PACKAGES.items()}


def test_the_import_linter_knows_every_package() -> None:
    linter = TOOL["importlinter"]
    layered = {name.strip() for layer in linter["contracts"][0]["layers"] for name in layer.split("|")}
    assert set(linter["root_packages"]) == set(PACKAGES.values())
    assert layered == set(PACKAGES.values())


@pytest.mark.parametrize("room", [*PACKAGES, "templates", "samples", "tests"])
def test_every_room_says_what_it_is_for(room: str) -> None:
    readme = ROOT / room / "README.md"
    assert readme.exists(), f"{room}/README.md is missing"
    assert readme.read_text(encoding="utf-8").startswith("# ")
