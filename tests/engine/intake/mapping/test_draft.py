"""A drafted mapping works on its sample once what was missing has been written in."""

from pathlib import Path

import pytest

from vaxel_engine.intake import read
from vaxel_engine.intake.mapping import draft_for

SAMPLES = Path(__file__).parents[4] / "samples" / "mapping"
SELLER = 'invoice.seller.name = { constant = "" }'


@pytest.mark.parametrize(("name", "accepted"), [("fakturor.csv", 3), ("export.xml", 3)])
def test_the_draft_reads_the_sample(tmp_path: Path, name: str, accepted: int) -> None:
    drafted = draft_for(SAMPLES / name)
    text = drafted.text.replace(f"# {SELLER}", SELLER.replace('""', '"Nordljus Energi AB"'))
    (tmp_path / "drafted.toml").write_text(text, encoding="utf-8")

    reading = read(SAMPLES / name, mapping=tmp_path / "drafted.toml", sender="nordljus")

    assert len(list(reading)) == accepted
    assert drafted.missing == ("invoice.seller.name (BT-27)",)


def test_what_could_not_be_placed_is_listed() -> None:
    assert draft_for(SAMPLES / "fakturor.csv").unplaced == ("Anteckning",)


def test_danish_with_tabs_and_points_is_understood(tmp_path: Path) -> None:
    heading = "Fakturanr\tFakturadato\tForfaldsdato\tKundenavn\tBy\tAfsender\tVare\tLinjebeløb\tExmoms\tMoms\tAt betale"
    row = "77\t20.11.2026\t20.12.2026\tMette Sørensen\tAarhus\tEl A/S\tStrøm\t1.000,00\t1.000,00\t250,00\t1.250,00"
    (tmp_path / "fakturaer.csv").write_bytes(f"{heading}\n{row}\n".encode("iso-8859-1"))
    drafted = draft_for(tmp_path / "fakturaer.csv")
    (tmp_path / "by.toml").write_text(drafted.text, encoding="utf-8")

    (document,) = read(tmp_path / "fakturaer.csv", mapping=tmp_path / "by.toml")

    assert drafted.missing == ()
    assert document.invoice is not None
    assert (str(document.invoice.totals.due), document.invoice.currency) == ("1250.00", "DKK")
    assert document.invoice.due_date is not None
    assert document.invoice.due_date.isoformat() == "2026-12-20"
