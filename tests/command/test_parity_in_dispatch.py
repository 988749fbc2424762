"""What does not say what the document says is stopped in dispatch, told in report and why, and the others go on."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from vaxel import settings
from vaxel.switch import Switch
from vaxel_engine.packs import packs
from vaxel_ledger.states import DocumentState

SAMPLE = Path(__file__).parents[2] / "samples/november.json"
CONFIG = (
    (files("vaxel") / "sandbox.toml")
    .read_text(encoding="utf-8")
    .replace("# folder", "folder")
    .replace('brand = "nordljus"', 'brand = "tried"')
)
WRONG = "{% if recipient.name == 'Fel Person' %}{{ row.amount|replace('4', '5') }}{% else %}{{ row.amount }}{% endif %}"
ENDLESS = (
    "{% if recipient.name == 'Fel Person' %}{% for a in range(90000) %}{% for b in range(90000) %}"
    "{% endfor %}{% endfor %}{% endif %}"
)


def two_documents(folder: Path) -> Path:
    """The first invoices of the sample by e-mail, one of them to the person whom the pack has it in for."""
    whole: dict[str, list[dict[str, Any]]] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    chosen = [one for one in whole["documents"] if one["kind"] == "invoice"][:2]
    for number, one in enumerate(chosen):
        wishes = [{"channel": "email", "date": "2026-11-01"}]
        one["recipient"] |= {"email": f"kund{number}@example.se", "wishes": wishes}
        one["recipient"].pop("national_id", None)
    chosen[0]["recipient"]["name"] = "Fel Person"
    file = folder / "two.json"
    file.write_text(json.dumps({**whole, "documents": chosen}), encoding="utf-8")
    return file


def brand(folder: Path, files_of_it: dict[str, str]) -> None:
    place = folder / "templates/tried"
    for name, text in {"brand.toml": 'extends = "nordljus"\n', **files_of_it}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")


def reasons(folder: Path, config: str = CONFIG) -> tuple[list[DocumentState | str], list[str], str]:
    (folder / "vaxel.toml").write_text(config, encoding="utf-8")
    with Switch(settings.load(folder / "vaxel.toml")) as switch:
        batch = switch.send(two_documents(folder))
        counts = batch.counts()
        assert counts.in_ == 2
        assert counts.closes
        lines = batch.report()
        why = switch.why(lines[0].document)
        assert why is not None, lines[0].reason
        return [line.status for line in lines], [line.reason for line in lines], str(why)


@pytest.mark.parametrize("artifact", ["email.mjml", "paper.html"])
def test_a_pack_that_exchanges_an_amount_stops_that_document_alone(artifact: str, tmp_path: Path) -> None:
    source = (packs() / "base/sections" / f"totals.{artifact}").read_text(encoding="utf-8")
    assert "{{ row.amount }}" in source
    brand(tmp_path, {f"sections/totals.{artifact}": source.replace("{{ row.amount }}", WRONG)})
    states, told, why = reasons(tmp_path)
    assert states[0] == "failed"
    assert states[1] != "failed"
    assert "in email" in told[0]
    assert "the document says" in told[0] or "is missing" in told[0]
    assert "in email" in why


def test_a_template_that_never_ends_stops_that_document_alone(tmp_path: Path) -> None:
    source = (packs() / "base/sections/totals.email.txt").read_text(encoding="utf-8")
    brand(tmp_path, {"sections/totals.email.txt": f"{ENDLESS}{source}"})
    states, told, why = reasons(tmp_path, CONFIG.replace("# [rendering]", "[rendering]\nprocessor = 3 #"))
    assert states[0] == "failed"
    assert states[1] != "failed"
    assert "totals.email.txt, line 1: took more than 3 s of processor time" in told[0]
    assert "processor time" in why
