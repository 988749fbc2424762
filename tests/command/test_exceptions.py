"""What found no way is corrected in a spreadsheet; wishes and mandates come by file; what is wrong is named by line."""

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.channels.dispatcher.stage import Provider, Stand, letter, render

from vaxel import settings
from vaxel.cli import cli
from vaxel.exceptions import COLUMNS, back, out
from vaxel.recipient_files import take_mandates, take_wishes
from vaxel.settings import Settings
from vaxel.suppression_files import take_suppressed
from vaxel_channels.contract import Reach
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_ledger import BatchLine, Ledger, mandates, wishes
from vaxel_ledger.recipients import mark

MANY = 400 if os.environ.get("VAXEL_CAMPAIGN") == "full" else 40
"""Of a bad day, or one in ten of it; the rest goes the same way. `make campaign-routing` takes all."""


class Office:
    """A ledger with one batch, and a channel that reaches only whoever has an address at example.se."""

    def __init__(self, folder: Path, ledger: Ledger, chosen: Settings) -> None:
        self.folder, self.ledger, self.chosen = folder, ledger, chosen
        self.stand = Stand(Provider(folder / "taken", deduplicates=False), "email")
        self.stand.reach = lambda one: Reach.HIT if str(one.email).endswith("@example.se") else Reach.NO_ADDRESS

    def work(self) -> None:
        allowed = {"nordljus": SenderPolicy(("email",))}.get
        told = DispatchSettings(senders=allowed)
        with Dispatcher(self.ledger, {"email": self.stand}, render, self.ledger.clock, told) as dispatcher:
            dispatcher.settle()

    @property
    def batch(self) -> BatchLine:
        return self.ledger.batches()[0]

    def exported(self) -> list[dict[str, str]]:
        file = self.folder / "failed.csv"
        out(self.ledger, self.batch, file)
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))

    def returned(self, rows: list[dict[str, str]]) -> tuple[int, int]:
        file = self.folder / "corrected.csv"
        with file.open("w", encoding="utf-8", newline="") as page:
            writer = csv.DictWriter(page, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return back(self.ledger, self.batch, file)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Office]:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["init"]).exit_code == 0
    chosen = settings.load(Path("vaxel.toml"))
    place = chosen.ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        yield Office(tmp_path, ledger, chosen)


@pytest.fixture
def failed(office: Office) -> Office:
    documents = [letter(f"A-{ix}", email=f"customer{ix}@exmaple.se") for ix in range(MANY)]
    office.ledger.accept("a" * 64, "october.json", "main", documents)
    office.work()
    assert office.ledger.counts(office.batch.batch_id).failed == MANY
    return office


def test_many_wrong_addresses_are_corrected_at_once_and_each_document_stays_itself(failed: Office) -> None:
    before = {line.document: line.document_id for line in failed.ledger.report(failed.batch.batch_id)}
    rows = failed.exported()
    assert {row["cause"] for row in rows} == {"email: no address"}
    for row in rows[1:]:
        row["email"] = row["email"].replace("exmaple", "example")
    assert failed.returned(rows) == (MANY - 1, 1)
    failed.work()
    counts = failed.ledger.counts(failed.batch.batch_id)
    assert (counts.delivered, counts.failed, counts.closes) == (MANY - 1, 1, True)
    after = {line.document: line.document_id for line in failed.ledger.report(failed.batch.batch_id)}
    assert after == before
    happened = [one.kind for one in failed.ledger.why(str(after["A-5"])).happened]
    assert happened.index("failed") < happened.index("new") < happened.index("delivered")
    token = failed.ledger.link_token(str(after["A-5"]))
    assert failed.ledger.document_for_link(token) == after["A-5"]


def test_a_corrected_document_is_rendered_anew(failed: Office) -> None:
    rows = failed.exported()
    rows[0]["email"] = "customer0@example.se"
    failed.returned(rows)
    failed.work()
    (sent,) = failed.stand.sent
    assert b"A-0" in sent.payload
    report = failed.ledger.report(failed.batch.batch_id)[0]
    assert report.status == "delivered"


def _identity(row: dict[str, str]) -> None:
    row["document"] = "A-999"


def _stranger(row: dict[str, str]) -> None:
    row["document_id"] = "nobody"


def _address(row: dict[str, str]) -> None:
    row["mobile"] = "0701"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_identity, "line 3, document: 'A-999' is not the reference of this document_id, which is 'A-1'"),
        (_stranger, "line 3, document_id: 'nobody' is no failed document of this batch"),
        (_address, "line 3, mobile: is not a mobile number in international form"),
    ],
)
def test_one_wrong_row_is_named_with_its_line_and_nothing_is_changed(
    failed: Office, spoil: Callable[[dict[str, str]], None], words: str
) -> None:
    rows = failed.exported()
    rows[0]["email"] = "customer0@example.se"
    spoil(rows[1])
    with pytest.raises(Misconfigured) as told:
        failed.returned(rows)
    assert words in str(told.value)
    assert failed.ledger.counts(failed.batch.batch_id).failed == MANY


def test_the_causes_are_grouped_on_the_command_line(failed: Office) -> None:
    done = CliRunner().invoke(cli, ["exceptions", "--json"])
    assert json.loads(done.stdout)["causes"] == [{"cause": "email: no address", "documents": MANY}]
    assert f"{MANY} documents of october.json found no way" in CliRunner().invoke(cli, ["exceptions"]).stdout


def test_wishes_come_by_file_and_wrong_rows_are_named(office: Office) -> None:
    file = office.folder / "wishes.csv"
    file.write_text(
        "email,channel,date,day,language\n"
        "elin.forsberg@example.se,print,2026-11-03,25,en\n"
        "moa@example.se,prnit,2026-11-03,,\n"
        "bo@example.se,print,2099-01-01,,\n"
        ",print,2026-11-03,,\n"
        "bo@example.se,email,2026-11-03,31,\n",
        encoding="utf-8",
    )
    taken = take_wishes(office.ledger, office.chosen, file)
    assert taken.kept == 1
    assert [sentence.split(";")[0] for sentence in taken.wrong] == [
        "wishes.csv, line 3, channel: 'prnit' is not set up",
        "wishes.csv, line 4, date: 2099-01-01 lies in the future",
        "wishes.csv, line 5, national_id: no recipient is named",
        "wishes.csv, line 6, day: input should be less than or equal to 28",
    ]
    known = mark(office.ledger.vault.keys.of("main"), "email", "Elin.Forsberg@example.se")
    with office.ledger.reading() as connection:
        (wish,) = wishes.standing(connection, "main", "nordljus", [known])[known]
    assert (wish.channel, wish.date, wish.day, wish.language) == ("print", dt.date(2026, 11, 3), 25, "en")
    file.write_text("e-mail,channel\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="line 1"):
        take_wishes(office.ledger, office.chosen, file)


def test_mandates_come_by_file_and_a_new_one_ends_the_old(office: Office) -> None:
    file = office.folder / "mandates.csv"
    file.write_text(
        "national_id,sender,payer_number,begins,ends,account_hint\n"
        "198001012387,nordljus,8201011234,2026-01-01,,4321\n"
        "198001012387,nordljus,12345678901234567,2026-01-01,,\n"
        "198001012388,nordljus,8201011234,2026-01-01,,\n"
        "198101012386,sydljus,8201011234,2026-01-01,,\n",
        encoding="utf-8",
    )
    taken = take_mandates(office.ledger, office.chosen, file)
    assert taken.kept == 1
    assert [sentence.partition(",")[2][:8] for sentence in taken.wrong] == [" line 3,", " line 4,", " line 5,"]
    assert not any("198001012388" in sentence for sentence in taken.wrong)
    take_mandates(office.ledger, office.chosen, file)
    key = office.ledger.vault.keys.of("main")
    known = mark(key, "national_id", "198001012387")
    with office.ledger.reading() as connection:
        first, second = mandates.holding(connection, key, "nordljus", [known])[known]
    assert (first.ends is not None, second.ends, second.payer_number) == (True, None, "8201011234")


def test_addresses_are_suppressed_by_file_and_wrong_rows_are_named(office: Office) -> None:
    file = office.folder / "suppressed.csv"
    file.write_text("address;why\nelin@example.se;left\nelin\n;\n", encoding="utf-8")
    taken = take_suppressed(office.ledger, office.chosen, file)
    assert taken.kept == 1
    assert taken.wrong == (
        "suppressed.csv, line 3, address: is not an e-mail address; write it as name@example.se",
        "suppressed.csv, line 4, address: is empty; write an e-mail address",
    )
    assert office.ledger.suppression(office.chosen.tenant, "email").holds(["Elin@example.se"]) == [True]
    file.write_text("adress\nelin@example.se\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="line 1: the columns are adress; use address, channel, why"):
        take_suppressed(office.ledger, office.chosen, file)
