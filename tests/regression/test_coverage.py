"""Branches of templates that no sample reaches are listed with their place, and a run can ask for a share of them."""

from pathlib import Path

import pytest
from tests.regression.test_plugin import QUIET, WORDS, Run
from tests.regression.test_plugin import guard as guard
from tests.regression.test_plugin import repository as repository

from vaxel_engine import intake, packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.rendering import Rendering
from vaxel_regression.coverage import Branch, Coverage, count_branches

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SECTION = """{% if seller.telephone %}
<p>{{ "A" if number else "B" }}</p>
{% elif language == "en" %}
<p>never</p>
{% endif %}
{% for line in lines %}{% endfor %}
"""


def test_each_way_through_a_template_counts_once(tmp_path: Path) -> None:
    own = tmp_path / "tiny/sections/help.web.html"
    own.parent.mkdir(parents=True)
    own.write_text(SECTION, encoding="utf-8")
    (tmp_path / "tiny/brand.toml").write_text('extends = "base"\n', encoding="utf-8")
    pack, seen = packs.load("tiny", [tmp_path, packs.packs()]), Coverage()
    count_branches(pack, seen)
    Rendering.of(next(iter(intake.read(ROOT / "samples/november.json"))), pack).artifact(ArtifactKind.WEB)
    name = "sections/help.web.html"
    assert [branch for branch in sorted(seen.every) if branch.name == name and branch in seen.reached] == [
        Branch(name, 0, "the file"),
        Branch(name, 1, "if seller.telephone"),
        Branch(name, 2, "… if number"),
        Branch(name, 6, "for line in lines"),
    ]
    assert [branch for branch in seen.missed if branch.name == name] == [
        Branch(name, 2, "… if not number"),
        Branch(name, 3, "if language == 'en'"),
        Branch(name, 3, "if not language == 'en'"),
    ]
    assert Branch("sections/letter.paper.html", 0, "the file") in seen.missed


def test_what_is_counted_is_rendered_byte_for_byte_the_same() -> None:
    document = next(iter(intake.read(ROOT / "samples/november.json")))
    plain, counted = packs.load("nordljus"), packs.load("nordljus")
    count_branches(counted, Coverage())
    for kind in (ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL, ArtifactKind.WEB):
        made = [Rendering.of(document, pack).artifact(kind).sha256 for pack in (plain, counted)]
        assert made[0] == made[1], kind


def test_a_run_lists_what_is_missed_and_fails_below_its_share(guard: Run) -> None:
    guard(WORDS, "--vaxel-update")
    enough = guard(WORDS, "--vaxel-coverage", "0")
    assert enough.ret == pytest.ExitCode.OK
    enough.stdout.fnmatch_lines(["template coverage: * % of * branches"])
    enough.stdout.fnmatch_lines(["  sections/totals.paper.html: the file is reached by no sample"])
    few = guard(WORDS, "--vaxel-coverage", "99")
    assert few.ret == pytest.ExitCode.TESTS_FAILED
    few.stdout.fnmatch_lines(["template coverage: *, and 99 % are asked for"])


def test_several_processes_add_up(guard: Run, pytester: pytest.Pytester) -> None:
    chosen = ("--vaxel-packs", "templates", "--vaxel-select", "artifact=sms,facts", "--vaxel-coverage", "1")
    told = [
        next(
            line
            for line in pytester.runpytest_subprocess(*chosen, *QUIET, *more, timeout=120).outlines
            if "coverage" in line
        )
        for more in ((), ("-n", "2"))
    ]
    assert told[0] == told[1]
