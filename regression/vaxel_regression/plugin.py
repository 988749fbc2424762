"""The pytest plugin `vaxel`: guards brand packs without a line of test code, and lends fixtures to one's own tests.

Nothing of it is imported or collected before `--vaxel-packs` is given or one of its fixtures is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from vaxel_engine.rendering import Rendering
    from vaxel_regression.browser import Camera
    from vaxel_regression.guard import Guard, SharedBrowser

_BROWSER = pytest.StashKey["SharedBrowser"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """All options begin with --vaxel-; docs/regression.md tells of each."""
    group = parser.getgroup("vaxel", "guarding brand packs")
    group.addoption("--vaxel-packs", metavar="DIR", help="guard every brand pack in this folder")
    group.addoption(
        "--vaxel-samples",
        metavar="PATH",
        action="append",
        help="sample files, or a folder of them; may be given again (default: samples beside the packs' folder)",
    )
    group.addoption(
        "--vaxel-baselines", metavar="DIR", help="what was reviewed (default: baselines beside the packs' folder)"
    )
    group.addoption(
        "--vaxel-matrix",
        choices=("quick", "full"),
        default="quick",
        help="quick: the first sample of each kind of document; full: every sample (default: quick)",
    )
    group.addoption(
        "--vaxel-select",
        metavar="EXPR",
        default="",
        help='only some cases, e.g. "language=sv artifact=*_pdf,web"; keys: pack, sample, language, artifact',
    )
    group.addoption(
        "--vaxel-update",
        action="store_true",
        help="write baselines and references anew instead of comparing; review the difference before you commit it",
    )
    group.addoption(
        "--vaxel-coverage",
        metavar="PERCENT",
        type=float,
        help="list the branches of the templates that no case reached; fail when fewer than so many per cent were",
    )
    group.addoption(
        "--vaxel-torture",
        action="store_true",
        help="ask the oracles about hard documents as well: long names, many lines, other scripts, nothing to pay, …",
    )
    group.addoption(
        "--vaxel-report", metavar="FILE", help="the HTML report of what differs (default: out/regression/report.html)"
    )
    group.addoption("--vaxel-json", metavar="FILE", help="write the outcome of every case as JSON")
    group.addoption(
        "--vaxel-allow-uncompared",
        action="store_true",
        help="let a run succeed though cases were skipped for want of baselines of this machine's engines",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read what is to be guarded, and add the packs to what is collected unless the command line names paths."""
    if not config.getoption("--vaxel-packs"):
        return
    from vaxel_engine.errors import VaxelError
    from vaxel_regression.cases import WANTED
    from vaxel_regression.tally import Tally
    from vaxel_regression.wanted import read_wanted

    try:
        wanted = read_wanted(config, _browser_of(config))
    except VaxelError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[WANTED] = wanted
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        more = [str(wanted.folder / brand / "brand.toml") for brand in wanted.brands]
        config.args += [path for path in more if path not in config.args]
    here = config.invocation_params.dir
    report = config.getoption("--vaxel-report")
    written = config.getoption("--vaxel-json")
    tally = Tally(
        wanted.samples.unread,
        bool(config.getoption("--vaxel-allow-uncompared")),
        here / report if report else _evidence(config) / "report.html",
        here / written if written else None,
        wanted.coverage,
        cast("float | None", config.getoption("--vaxel-coverage")),
    )
    config.pluginmanager.register(tally, "vaxel-tally")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A pack's `brand.toml` is a file of cases."""
    if file_path.name != "brand.toml" or not parent.config.getoption("--vaxel-packs"):
        return None
    from vaxel_regression.cases import WANTED, PackCases

    wanted = parent.config.stash[WANTED]
    if file_path.parent.parent != wanted.folder or file_path.parent.name not in wanted.brands:
        return None
    return PackCases.of(parent, file_path)


def pytest_report_header(config: pytest.Config) -> str | None:
    """What is guarded, and with what."""
    if not config.getoption("--vaxel-packs"):
        return None
    from vaxel_regression.cases import WANTED

    wanted = config.stash[WANTED]
    chosen = len(tuple(wanted.samples.chosen(wanted.matrix)))
    return (
        f"vaxel: {', '.join(wanted.brands)} with {chosen} of {len(wanted.samples.documents)} samples "
        f"({wanted.matrix}), baselines in {wanted.guard.baselines.folder}"
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the browser, if one was started."""
    browser = config.stash.get(_BROWSER, None)
    if browser is not None:
        browser.close()


@pytest.fixture(scope="session")
def vaxel_browser(pytestconfig: pytest.Config) -> Camera:
    """The headless browser of this process, which the cases use too: Playwright runs only one loop in each."""
    return _browser_of(pytestconfig)()


@pytest.fixture
def look_alike(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`look_alike(name, png, family=…)`: fails unless the picture shows what was approved under that name.

    Pictures are kept in `references` beside the test file. One without a reference fails; a family without any is
    skipped with a notice. `--vaxel-update` writes instead.
    """
    from vaxel_regression.references import References, Verdict

    references = References(request.path.parent / "references", _evidence(request.config))

    def compare(name: str, png: bytes, *, family: str, dpi: float | None = None) -> None:
        if request.config.getoption("--vaxel-update"):
            references.keep(name, png, family=family)
            return
        judgement = references.judge(name, png, family=family, dpi=dpi)
        if judgement.verdict is Verdict.UNKNOWN_FAMILY:
            pytest.skip(judgement.sentence)
        if judgement.verdict is not Verdict.SAME:
            pytest.fail(judgement.sentence, pytrace=False)

    return compare


@pytest.fixture
def vaxel_guard(request: pytest.FixtureRequest) -> Callable[[str, Rendering, str], None]:
    """`vaxel_guard(name, rendering, artifact)`: as the cases, for a document that a test makes itself.

    Kept in `baselines` beside the test file, as brand/name/language/artifact.
    """
    from vaxel_regression.guard import Outcome

    guard = _own_guard(request)

    def judge(name: str, rendering: Rendering, artifact: str) -> None:
        told = guard.judge(f"{rendering.pack.brand}/{name}/{rendering.language}/{artifact}", rendering, artifact)
        if told.outcome is Outcome.NOT_COMPARED:
            pytest.skip(told.sentence)
        if told.outcome not in (Outcome.SAME, Outcome.WRITTEN):
            pytest.fail(told.sentence, pytrace=False)

    return judge


def _own_guard(request: pytest.FixtureRequest) -> Guard:
    from vaxel_regression.baselines import Baselines
    from vaxel_regression.guard import Guard
    from vaxel_regression.tolerances import read_tolerances

    folder = request.path.parent / "baselines"
    return Guard(
        Baselines(folder),
        _evidence(request.config),
        _browser_of(request.config),
        read_tolerances(folder),
        bool(request.config.getoption("--vaxel-update")),
    )


def _browser_of(config: pytest.Config) -> SharedBrowser:
    from vaxel_regression.guard import SharedBrowser

    return config.stash.setdefault(_BROWSER, SharedBrowser())


def _evidence(config: pytest.Config) -> Path:
    return config.rootpath / "out" / "regression"
