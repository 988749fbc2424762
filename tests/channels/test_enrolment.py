"""Who is enrolled for the bank's e-invoice: a list of a day, three-valued; and no file is written."""

import datetime as dt
import os
from pathlib import Path

import pytest

from vaxel_channels.bank import Bank, BankSettings
from vaxel_channels.contract import Reach
from vaxel_channels.routing import Occasion, SenderPolicy, decide
from vaxel_channels.routing.trying import stand_in
from vaxel_channels.settings import Mode
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import DocumentKind, NationalId, Recipient
from vaxel_ledger import Decision

LISTED = Path(__file__).parent / "enrolled.csv"
AT = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
ELIN = Recipient(name="Elin", national_id=NationalId(country_code="SE", value="198001012387"))
ANNA = Recipient(name="Anna", national_id=NationalId(country_code="SE", value="196611022382"))
FIRM = Recipient(name="Firm", organisation_number="5566778899")


def test_a_list_says_who_is_enrolled_and_an_old_one_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "enrolled.csv"
    file.write_bytes(LISTED.read_bytes())
    moment = [AT]
    bank = Bank(BankSettings(file), clock=lambda: moment[0])
    asked = [ELIN, ANNA, FIRM, Recipient(name="Nobody")]
    assert bank.look_up(asked) == [Reach.HIT, Reach.CONFIRMED_MISS, Reach.HIT, Reach.NO_ADDRESS]
    moment[0] = AT + dt.timedelta(days=4)
    assert bank.look_up(asked[:2]) == [Reach.UNKNOWN, Reach.UNKNOWN]
    file.write_text("# as of 2026-11-27\nnational_id\n196611022382\n", encoding="utf-8")
    os.utime(file, (1, 1))
    assert bank.look_up(asked[:2]) == [Reach.CONFIRMED_MISS, Reach.HIT]
    file.write_text("half a li", encoding="utf-8")
    assert bank.look_up(asked[:2]) == [Reach.UNKNOWN, Reach.UNKNOWN]
    file.unlink()
    assert bank.look_up(asked[:2]) == [Reach.UNKNOWN, Reach.UNKNOWN]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("national_id\n198001012387\n", 1, "says nothing of its day"),
        ("# as of 2026-13-01\nnational_id\n", 1, "says nothing of its day"),
        ("# as of 2026-11-20\nname\nElin\n", 2, "no column names who is enrolled"),
        ("# as of 2026-11-20\nnational_id;name\n198001012387;Elin\n;Anna\n", 4, "states no number"),
    ],
)
def test_a_list_that_is_wrong_is_named_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    file = tmp_path / "enrolled.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as told:
        BankSettings.read({"enrolled": str(file)}, Mode.LIVE)
    assert f"enrolled.csv, line {line}: " in str(told.value)
    assert words in str(told.value)


def decided(answer: Reach) -> Decision:
    channels = {name: stand_in(name) for name in ("bank", "print")}
    answers = {"bank": answer, "print": Reach.HIT}
    return decide(DocumentKind.INVOICE, (), SenderPolicy(("bank", "print")), channels, answers, Occasion(at=AT))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Reach.HIT, "Bank e-invoice has the recipient, and no file is written: its layout is not documented"),
        (Reach.CONFIRMED_MISS, "Bank e-invoice does not have the recipient"),
        (Reach.UNKNOWN, "Bank e-invoice: the list of who is enrolled is too old to say, and no file is written"),
    ],
)
def test_the_decision_says_who_is_enrolled_and_goes_the_next_way(answer: Reach, words: str) -> None:
    decision = decided(answer)
    assert (decision.order, decision.unanswered) == (("print",), ())
    assert decision.reasons["bank"].sentence == words
