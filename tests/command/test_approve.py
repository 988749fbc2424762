"""`vaxel approve`: told in words, decided in groups, written down only when somebody decides."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel.cli import main
from vaxel.outputs import ApproveOutput
from vaxel_engine.packs.approvals import read_approvals
from vaxel_regression.pictures import INDEX

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
WORDS = ("--select", "artifact=sms,card")
Approve = Callable[..., tuple[ApproveOutput, int]]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one's own with a pack and one invoice; the working folder."""
    pack = tmp_path / "templates/tiny"
    pack.mkdir(parents=True)
    (pack / "brand.toml").write_text('extends = "base"\nname = "Tiny"\n', encoding="utf-8")
    november = json.loads((ROOT / "samples/november.json").read_text(encoding="utf-8"))
    november["documents"] = [one for one in november["documents"] if not one.get("usage") and not one.get("balance")][
        :1
    ]
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/mine.json").write_text(json.dumps(november), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return pack


@pytest.fixture
def approve(own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Approve:
    """`approve(…)`: what `vaxel approve tiny --packs templates --json …` prints, and its exit status."""

    def run(*more: str) -> tuple[ApproveOutput, int]:
        words = ["vaxel", "approve", "tiny", "--packs", "templates", "--by", "elin", "--json", *more]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert said.out, said.err
        return ApproveOutput.model_validate(json.loads(said.out)), int(ended.value.code or 0)

    return run


def rename(pack: Path, name: str) -> None:
    (pack / "brand.toml").write_text(f'extends = "base"\nname = "{name}"\n', encoding="utf-8")


def test_what_is_new_waits_and_nothing_is_written(own: Path, approve: Approve) -> None:
    told, status = approve(*WORDS)
    assert (told.approved, told.examined, told.unchanged, status) == (False, 4, 0, 1)
    assert {(len(group.cases), group.decision) for group in told.groups} == {(2, "waiting")}
    assert not (own / "approvals.json").exists()
    assert not (own.parents[1] / "baselines").exists()


def test_equal_changes_are_one_group_and_are_accepted_as_one(own: Path, approve: Approve) -> None:
    approve(*WORDS, "--accept", "all")
    rename(own, "Teeny")
    told, _ = approve("--select", "artifact=sms")
    (group,) = told.groups
    assert [case.case for case in group.cases] == ["tiny/mine.json-1/en/sms", "tiny/mine.json-1/sv/sms"]
    assert any("Teeny" in word for word in group.cases[0].words)
    again, _ = approve("--select", "artifact=sms", "--accept", group.group)
    assert [one.decision for one in again.groups] == ["accepted"]
    assert approve("--select", "artifact=sms")[0].groups == ()


def test_a_rejection_is_kept_with_its_reason_until_the_artifact_changes(own: Path, approve: Approve) -> None:
    approve(*WORDS, "--reject", "all", "--reason", "not this name")
    (board,) = read_approvals(own).boards
    assert {(one.by, one.reason) for one in board.rejected.values()} == {("elin", "not this name")}
    assert len(board.rejected) == 4
    rename(own, "Teeny")
    approve("--select", "artifact=sms", "--accept", "all")
    assert not any(name.endswith("/sms") for name in read_approvals(own).boards[0].rejected)


def test_a_part_that_was_approved_signs_no_pack(own: Path, approve: Approve) -> None:
    told, status = approve(*WORDS, "--accept", "all")
    assert (told.approved, status) == (False, 1)
    assert read_approvals(own).boards[0].tree is None


def test_a_check_changes_nothing(own: Path, approve: Approve) -> None:
    approve(*WORDS, "--accept", "all")
    before = (own / "approvals.json").read_bytes()
    rename(own, "Teeny")
    assert approve(*WORDS, "--check")[1] == 1
    assert (own / "approvals.json").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--accept", "abcdef"), 'there is no group "abcdef" that waits'),
        (("--select", "colour=red"), "is no term"),
        (("--baselines", "no/such/place"), "is no folder; make it, or name another with --baselines"),
    ],
)
def test_a_wrong_word_is_answered_in_a_sentence(
    more: tuple[str, str], said: str, own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = more if "--select" in more else (*WORDS, *more)
    monkeypatch.setattr("sys.argv", ["vaxel", "approve", "tiny", "--packs", "templates", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in told
    assert "Traceback" not in told


def test_in_a_terminal_each_group_is_asked_about(own: Path) -> None:
    ours, theirs = pty.openpty()
    words = ["approve", "tiny", "--packs", "templates", "--select", "artifact=sms", "--by", "elin"]
    asked = subprocess.Popen([sys.executable, "-m", "vaxel", *words], stdin=theirs, stdout=subprocess.PIPE, text=True)
    os.write(ours, b"r\ntoo short\n")
    said, _ = asked.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert asked.returncode == 1
    assert "1 of 1" in said
    assert "new: no sms of it was ever reviewed" in said
    assert {one.reason for one in read_approvals(own).boards[0].rejected.values()} == {"too short"}


@pytest.mark.browser
def test_a_pack_is_approved_published_and_asked_about_again_after_an_edit(
    own: Path, typed: Callable[..., subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.parents[1])

    def vaxel(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "vaxel", *words], capture_output=True, text=True, timeout=180)

    home = own.parents[1]
    publish = (
        "publish",
        "tiny",
        "--no-compile",
        "--packs",
        "templates",
        "--samples",
        "samples/mine.json",
        "--store",
        "store",
    )
    assert "`vaxel approve tiny`" in typed(*publish).stderr
    approve = ("approve", "tiny", "--packs", "templates", "--by", "elin")
    done = vaxel(*approve, "--accept", "all", "--pictures", "language=sv artifact=mailbox_pdf")
    assert done.returncode == 0, done.stderr
    kept = list((home / "baselines/pictures").rglob("*.png"))
    index = home.glob(f"baselines/*/tiny/mine.json-1/sv/mailbox_pdf/{INDEX}")
    assert len(kept) == len(next(iter(index)).read_text(encoding="utf-8").splitlines()) > 0
    assert typed(*publish).returncode == 0
    (own / "brand.toml").write_text(
        'extends = "base"\nname = "Tiny"\n[tokens.colour]\nbrand = "#0b6b59"\n', encoding="utf-8"
    )
    assert "have changed since elin approved it" in typed(*publish).stderr
    told = vaxel(
        *approve, "--check", "--report", "report.html", "--json", "--select", "language=sv artifact=mailbox_pdf"
    )
    (group,) = ApproveOutput.model_validate(json.loads(told.stdout)).groups
    assert group.cases[0].changes == ("colour",)
    report = (home / "report.html").read_text(encoding="utf-8")
    assert report.count('"before": "data:image/png;base64,') == len(kept)
    assert "://" not in report.replace("http://www.w3.org", "")
