"""The plugin guards a pack in anybody's repository: nothing changed passes, nothing new passes, a change is told."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.rendering import mailbox_pdf
from vaxel_regression import cases, observation

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
ALREADY_IMPORTED = (cases, mailbox_pdf, observation)
"""Pytester forgets what is first imported within its run; a second PDFium in one process would be too many."""

BRAND = """extends = "base"
name = "Tiny"
link_base = "https://tiny.example/d/"

[contact]
legal_name = "Tiny AB"
organisation_number = "559201-4475"
address = ["Tiny AB", "Meschplan 4", "981 31 Kiruna"]
telephone = "0980-319 200"
email = "hello@tiny.example"
website = "tiny.example"

[tokens.colour]
brand = "#0b6b57"
"""
PAPER = "language=sv artifact=mailbox_pdf"
WORDS = "artifact=facts,sms,card"

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:anyio")
"""Plugins that are none of our concern, and import a great deal in each run."""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def repository(pytester: pytest.Pytester) -> Path:
    """A repository of one's own: a pack of one file and one invoice."""
    brand = pytester.mkdir("templates") / "tiny" / "brand.toml"
    brand.parent.mkdir()
    brand.write_text(BRAND, encoding="utf-8")
    november = json.loads((ROOT / "samples" / "november.json").read_text(encoding="utf-8"))
    november["documents"] = november["documents"][:1]
    (pytester.mkdir("samples") / "mine.json").write_text(json.dumps(november), encoding="utf-8")
    return pytester.path


@pytest.fixture
def guard(pytester: pytest.Pytester, repository: Path) -> Run:
    """`guard(select, *options)`: pytest as it is called there."""

    def run(select: str = WORDS, *options: str) -> pytest.RunResult:
        chosen = ("--vaxel-select", select) if select else ()
        return pytester.runpytest_inprocess("--vaxel-packs", "templates", *chosen, *options, *QUIET)

    return run


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_without_the_option_a_pack_is_no_test(pytester: pytest.Pytester, repository: Path) -> None:
    assert pytester.runpytest_inprocess(*QUIET).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_new_case_fails_and_says_what_to_do(guard: Run) -> None:
    result = guard("language=sv artifact=sms")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["tiny/mine.json-1/sv/sms is new: review it and update*"])


def test_what_was_reviewed_and_is_unchanged_passes(guard: Run) -> None:
    guard(WORDS, "--vaxel-update").assert_outcomes(passed=6)
    guard(WORDS).assert_outcomes(passed=6)


def test_a_case_is_found_by_its_id(guard: Run, pytester: pytest.Pytester) -> None:
    guard(WORDS, "--vaxel-update")
    one = "templates/tiny/brand.toml::mine.json-1::sv::sms"
    pytester.runpytest_inprocess("--vaxel-packs", "templates", one, *QUIET).assert_outcomes(passed=1)


def test_a_changed_colour_is_told(guard: Run, repository: Path) -> None:
    guard(PAPER, "--vaxel-update").assert_outcomes(passed=1)
    change(repository / "templates" / "tiny" / "brand.toml", "#0b6b57", "#0b6b59")
    result = guard(PAPER)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  colour changed on page 1: #0b6b57 → #0b6b59 in total*"])


def test_a_moved_total_is_told_in_millimetres(guard: Run, repository: Path) -> None:
    guard(PAPER, "--vaxel-update")
    style = repository / "templates" / "tiny" / "css" / "paper.css"
    style.parent.mkdir()
    shutil.copy(packs.packs() / "base" / "css" / "paper.css", style)
    change(style, "avoid; margin-top: 1.125mm", "avoid; margin-top: 5.125mm")
    result = guard(PAPER)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  total “2 218,48” and 9 more moved 4.0 mm down on page 1"])


def test_no_tolerance_hides_an_amount(guard: Run, repository: Path) -> None:
    guard(PAPER, "--vaxel-update")
    (repository / "baselines" / "tolerances.toml").write_text(
        '[[region]]\ncases = "*"\npage = 1\nbox = [0, 0, 210, 297]\nup_to_mm = 5\n'
        'allow = ["moved", "size", "colour", "drawing"]\nreason = "everything that can be"\n'
    )
    change(repository / "samples" / "mine.json", "2218.48", "2218.49")
    result = guard(PAPER)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["  amount differs: 2 218,48 → 2 218,49, in*"])


def test_what_must_not_be_tolerated_cannot_be_asked_for(guard: Run, repository: Path) -> None:
    (repository / "baselines").mkdir()
    (repository / "baselines" / "tolerances.toml").write_text(
        '[[region]]\ncases = "*"\npage = 1\nbox = [0, 0, 210, 297]\nallow = ["amount"]\nreason = "none"\n'
    )
    result = guard()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*region 1 would hide amount; only colour, dark design, drawing, *can be tolerated*"])


def test_a_marked_region_lets_a_small_movement_be(guard: Run, repository: Path) -> None:
    guard(PAPER, "--vaxel-update")
    style = repository / "templates" / "tiny" / "css" / "paper.css"
    style.parent.mkdir()
    shutil.copy(packs.packs() / "base" / "css" / "paper.css", style)
    change(style, "avoid; margin-top: 1.125mm", "avoid; margin-top: 1.425mm")
    guard(PAPER).assert_outcomes(failed=1)
    (repository / "baselines" / "tolerances.toml").write_text(
        '[[region]]\ncases = "tiny/*/mailbox_pdf"\npage = 1\nbox = [0, 0, 210, 297]\nup_to_mm = 0.5\n'
        'allow = ["moved", "drawing"]\nreason = "the totals breathe"\n'
    )
    guard(PAPER).assert_outcomes(passed=1)


def test_an_update_writes_only_what_changed(guard: Run, repository: Path) -> None:
    guard("", "--vaxel-update", "-k", "facts or sms or card")
    before = {path: path.stat().st_mtime_ns for path in (repository / "baselines").rglob("*.*") if path.is_file()}
    change(repository / "templates" / "tiny" / "brand.toml", 'name = "Tiny"', 'name = "Teeny"')
    guard("language=sv artifact=sms", "--vaxel-update").stdout.fnmatch_lines(["2 files differ from before*"])
    touched = [path for path, written in before.items() if path.stat().st_mtime_ns != written]
    sms = repository / "baselines" / "words" / "tiny" / "mine.json-1" / "sv" / "sms"
    assert sorted(touched) == [sms / "sha256.txt", sms / "text.txt"]


def test_another_engine_is_another_family_and_no_success(guard: Run, repository: Path) -> None:
    guard(PAPER, "--vaxel-update")
    family = next((repository / "baselines").glob("weasyprint-*"))
    family.rename(family.with_name("weasyprint-69.0-pango-1.40"))
    result = guard(PAPER)
    result.assert_outcomes(skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["1 × NOT COMPARED: no baselines of weasyprint-* (there are: weasyprint-69.0-pango-1.40)*"]
    )
    assert guard(PAPER, "--vaxel-allow-uncompared").ret == pytest.ExitCode.OK


def test_a_case_that_is_gone_fails(guard: Run, repository: Path) -> None:
    guard("", "--vaxel-update", "-k", "sms or no_case_is_lost")
    text = (repository / "samples" / "mine.json").read_text(encoding="utf-8")
    november = json.loads(text)
    november["documents"].insert(0, {**november["documents"][0], "invoice": "broken"})
    (repository / "samples" / "mine.json").write_text(json.dumps(november), encoding="utf-8")
    result = guard("", "-k", "no_case_is_lost")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["2 reviewed cases are not rendered any more:", "  words/tiny/mine.json-1/en/sms"])
    result.stdout.fnmatch_lines(["not guarded, since it cannot be read: mine.json, record 1*"])


def test_a_pack_that_does_not_build_says_where(guard: Run, repository: Path) -> None:
    change(repository / "templates" / "tiny" / "brand.toml", 'name = "Tiny"', "name = Tiny")
    result = guard()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*brand.toml, line 2: is not TOML*"])


def test_a_browser_that_is_not_installed_says_what_to_install(
    pytester: pytest.Pytester, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(pytester.mkdir("empty")))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(pytester.mkdir("none")))
    chosen = ("--vaxel-packs", "templates", "--vaxel-select", "language=sv artifact=email")
    result = pytester.runpytest_subprocess(*chosen, *QUIET, timeout=120)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*no headless browser can be started; sudo apt-get install*or without root: python -m playwright install*"]
    )
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--vaxel-packs", "nowhere"), "*--vaxel-packs: * is no folder; give the one that holds your packs*"),
        (("--vaxel-packs", "samples"), "*--vaxel-packs: there is no pack in *"),
        (("--vaxel-samples", "templates"), "*--vaxel-samples: no document can be read from *"),
        (("--vaxel-baselines", "no/such"), "*--vaxel-baselines: * is no folder; make it or give another*"),
        (("--vaxel-select", "tongue=sv"), '*--vaxel-select: "tongue=sv" is no term*'),
    ],
)
def test_a_wrong_option_is_answered_in_a_sentence(options: tuple[str, str], said: str, guard: Run) -> None:
    result = guard(WORDS, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_a_test_of_ones_own_guards_what_it_makes(guard: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_mine="""
        from pathlib import Path
        from vaxel_engine import intake, packs
        from vaxel_engine.rendering import Rendering

        def test_the_message_is_as_reviewed(vaxel_guard):
            pack = packs.load("tiny", [Path("templates"), packs.packs()])
            vaxel_guard("elin", Rendering.of(next(intake.read("samples/mine.json")), pack), "sms")
        """
    )
    pytester.runpytest_inprocess("test_mine.py", *QUIET).assert_outcomes(failed=1)
    pytester.runpytest_inprocess("test_mine.py", *QUIET, "--vaxel-update").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("test_mine.py", *QUIET).assert_outcomes(passed=1)
    assert (pytester.path / "baselines/words/tiny/elin/sv/sms/text.txt").is_file()


def test_several_processes_find_the_same(guard: Run, pytester: pytest.Pytester, repository: Path) -> None:
    guard(WORDS, "--vaxel-update")
    change(repository / "templates" / "tiny" / "brand.toml", 'name = "Tiny"', 'name = "Teeny"')
    alone = guard(WORDS)
    chosen = ("--vaxel-packs", "templates", "--vaxel-select", WORDS)
    together = pytester.runpytest_subprocess(*chosen, *QUIET, "-n", "2", timeout=120)
    assert together.parseoutcomes() == alone.parseoutcomes() | together.parseoutcomes()
    assert failures(together) == failures(alone) != []


def test_a_run_leaves_a_report_and_json_though_several_processes_made_it(
    guard: Run, pytester: pytest.Pytester, repository: Path
) -> None:
    guard(WORDS, "--vaxel-update")
    change(repository / "templates" / "tiny" / "brand.toml", 'name = "Tiny"', 'name = "Teeny"')
    chosen = ("--vaxel-packs", "templates", "--vaxel-select", WORDS, "--vaxel-json", "out/guard.json")
    pytester.runpytest_subprocess(*chosen, *QUIET, "-n", "2", timeout=120)
    told = json.loads((repository / "out" / "guard.json").read_text(encoding="utf-8"))["cases"]
    sms = next(one for one in told if one["case"] == "tiny/mine.json-1/sv/sms")
    assert (len(told), sms["outcome"], sms["findings"][0]["change"]) == (6, "changed", "text")
    report = (repository / "out" / "regression" / "report.html").read_text(encoding="utf-8")
    assert "tiny/mine.json-1/sv/sms" in report
    assert "Teeny" in report


def failures(result: pytest.RunResult) -> list[str]:
    return sorted(line for line in result.outlines if line.startswith("FAILED"))


@pytest.mark.browser
def test_what_a_browser_shows_is_guarded_too(pytester: pytest.Pytester, repository: Path) -> None:
    chosen = ("--vaxel-packs", "templates", "--vaxel-select", "language=sv artifact=email")
    pytester.runpytest_subprocess(*chosen, *QUIET, "--vaxel-update", timeout=120).assert_outcomes(passed=1)
    change(repository / "templates" / "tiny" / "brand.toml", "#0b6b57", "#0b6b59")
    result = pytester.runpytest_subprocess(*chosen, *QUIET, timeout=120)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*colour changed on 600 px: rgb(11, 107, 87) → rgb(11, 107, 89) in *"])
