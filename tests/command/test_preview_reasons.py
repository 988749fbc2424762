"""The preview tells a document's reasons in the words of `vaxel why`, in its recipient's language."""

from pathlib import Path

import pytest

from vaxel.preview_reasons import ChannelReasons
from vaxel.samples import samples
from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake import read
from vaxel_engine.model import Document


@pytest.fixture(scope="module")
def document() -> Document:
    return next(iter(read(Path(next(file for file in samples() if file.name == "november.json")))))


def test_a_document_that_no_ledger_knows_is_told_as_it_would_be_decided(document: Document, tmp_path: Path) -> None:
    told = ChannelReasons(tmp_path / "vaxel.toml")(document)
    assert told.by.startswith("as it would be decided now")
    assert told.sentence == "Kivra når mottagaren"
    assert told.branches[0] == ("Kivra når mottagaren", "1. kivra")
    assert told.branches[3] == ("Tryckeri, sista utvägen", "4. print")


def test_rules_that_are_wrong_are_told_with_their_line(document: Document, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('version = "1"\nchannels = ["kivre"]\n', encoding="utf-8")
    (tmp_path / "vaxel.toml").write_text(
        'mode = "sandbox"\n[sender.nordljus]\nbrand = "nordljus"\nchannels = ["print"]\nrules = "rules.toml"\n'
        '[channel.print]\nfolder = "drop"\n',
        encoding="utf-8",
    )
    with pytest.raises(Misconfigured, match=r"rules\.toml, line 2, channels: 'kivre' is no channel"):
        ChannelReasons(tmp_path / "vaxel.toml")(document)
