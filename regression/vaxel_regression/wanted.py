"""The command line's answer to what is to be guarded, read once."""

from pathlib import Path
from typing import cast

import pytest

from vaxel_engine.errors import Misconfigured
from vaxel_regression.baselines import Baselines
from vaxel_regression.cases import Wanted
from vaxel_regression.coverage import Coverage
from vaxel_regression.guard import Guard, SharedBrowser
from vaxel_regression.matrix import Matrix, Selection, brands, read_samples
from vaxel_regression.tolerances import read_tolerances


def read_wanted(config: pytest.Config, browser: SharedBrowser) -> Wanted:
    """What the options of a run say; paths are as seen from where pytest was called.

    Raises Misconfigured for a folder that is not there and an expression that is none.
    """
    here = config.invocation_params.dir
    folder = (here / cast("str", config.getoption("--vaxel-packs"))).resolve()
    if not folder.is_dir():
        raise Misconfigured(f"--vaxel-packs: {folder} is no folder; give the one that holds your packs")
    named = cast("list[str] | None", config.getoption("--vaxel-samples"))
    places = [(here / place).resolve() for place in named] if named else [folder.parent / "samples"]
    kept = cast("str | None", config.getoption("--vaxel-baselines"))
    baselines = (here / kept).resolve() if kept else folder.parent / "baselines"
    if not baselines.parent.is_dir():
        raise Misconfigured(f"--vaxel-baselines: {baselines.parent} is no folder; make it or give another")
    return Wanted(
        folder,
        brands(folder),
        read_samples(places),
        Matrix(cast("str", config.getoption("--vaxel-matrix"))),
        Selection.of(cast("str", config.getoption("--vaxel-select"))),
        Guard(
            Baselines(baselines),
            Path(config.rootpath) / "out" / "regression",
            browser,
            read_tolerances(baselines),
            bool(config.getoption("--vaxel-update")),
        ),
        bool(config.getoption("--vaxel-torture")),
        Coverage() if config.getoption("--vaxel-coverage") is not None else None,
    )
