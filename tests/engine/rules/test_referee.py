"""The referee is optional: without it one sentence says what to install; a document it breaks off on is no fault."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.xml import parse
from vaxel_engine.rules import Findings
from vaxel_engine.rules.referee import Referee
from vaxel_engine.rules.saxon import NoAnswer


@pytest.mark.parametrize("library", ["saxonche", "facturx"])
def test_an_absent_library_is_named_with_the_extra_that_has_it(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(Misconfigured, match=r"vaxel\[referee\]"):
        Referee()


def test_a_rule_file_that_is_none_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "rules.xslt"
    wrong.write_text("<no-stylesheet/>", encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"rules\.xslt"):
        Referee(wrong)


def test_a_document_that_the_official_validator_breaks_off_on_gets_no_answer(
    judge: Callable[..., Findings], changed: Callable[[str], bytes]
) -> None:
    body = changed("cac:LegalMonetaryTotal/cbc:PayableAmount = 12,50")
    with pytest.raises(NoAnswer):
        Referee().compare(parse(body, "invoice.xml"), judge(body))
    assert judge(body).fatal
