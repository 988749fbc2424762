"""`vaxel check-print` as an operator types it, and how a print house's settings reach the letter."""

import json
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from vaxel import settings
from vaxel.outputs import CheckPrintOutput
from vaxel.switch import Switch
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured

Vaxel = Callable[..., subprocess.CompletedProcess[str]]
LETTER = Path(__file__).parents[1] / "channels/letter.pdf"
CONFIGURED = """
[sender.nordljus]
brand = "nordljus"
identifiers = ["5592014475"]
channels = ["print"]
[channel.print]
folder = "drop"
"""


def test_a_letter_that_is_taken_ends_in_0(typed: Vaxel) -> None:
    done = typed("check-print", LETTER)
    assert (done.returncode, done.stdout) == (
        0,
        "letter.pdf by c5-safe (assumed): 2 pages on 1 sheet, nothing to mend.\n",
    )


def test_what_would_come_back_is_listed_in_millimetres_and_drawn(typed: Vaxel, tmp_path: Path) -> None:
    done = typed("check-print", LETTER, "--profile", "pingen", "--draw", "drawn.pdf", "--json")

    output = CheckPrintOutput.model_validate(json.loads(done.stdout))
    assert done.returncode == 1
    assert not output.printable
    zone = next(one for one in output.violations if one.rule == "zone")
    assert zone.page == 1
    assert zone.y is not None
    assert 40 <= zone.y < 60
    assert "postage area" in zone.sentence
    with pikepdf.open(tmp_path / "drawn.pdf") as drawn:
        assert len(drawn.pages) == output.pages == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.pdf",), "nowhere.pdf cannot be read (No such file or directory); name a PDF file"),
        ((LETTER, "--profile", "pinguin"), 'there is no mail-house profile "pinguin"; did you mean "pingen"'),
        ((LETTER, "--profile", "none.toml"), "none.toml cannot be read (No such file or directory); name a profile"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(typed: Vaxel, words: tuple[str | Path, ...], said: str) -> None:
    done = typed("check-print", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_print_house_says_what_the_letter_is_printed_with(tmp_path: Path, one_document: Path) -> None:
    pdf = _letter(tmp_path, one_document, "colour = false\nblank_back = true\n")
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2
        operators = {str(one.operator) for one in pikepdf.parse_content_stream(opened.pages[0])}
    assert operators & {"rg", "RG", "g"} == {"g"}


def test_a_brand_set_for_another_mail_house_stops_the_switch(tmp_path: Path, one_document: Path) -> None:
    with pytest.raises(
        Misconfigured, match=r'"nordljus" is set for the mail house "c5-safe" and \[channel.print\] holds'
    ):
        _letter(tmp_path, one_document, 'profile = "norway"\n')


def _letter(folder: Path, document: Path, more: str) -> bytes:
    (folder / "drop").mkdir()
    config = folder / "vaxel.toml"
    config.write_text(CONFIGURED + more, encoding="utf-8")
    with Switch(settings.load(config)) as switch:
        switch.send(document)
        reference = json.loads(document.read_text(encoding="utf-8"))["reference"]
        (sent,) = switch.ledger.documents(reference)
        return switch.ledger.artifact(sent, ArtifactKind.PRINT_PDF)
