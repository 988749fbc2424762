"""Writing says what is stated, the same bytes every time, and names what it cannot say."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from vaxel_engine.errors import NotCarried
from vaxel_engine.model import (
    CreditTransfer,
    Document,
    DocumentKind,
    InvoiceNote,
    PaymentInstructions,
    PrecedingInvoice,
    ReminderDetails,
)
from vaxel_engine.writing import write_cii, write_ubl

Change = Callable[..., Document]
Reread = Callable[[bytes], Document]

ROOT = Path(__file__).parents[3]
TWO = (PrecedingInvoice(number="1"), PrecedingInvoice(number="2", issue_date=dt.date(2026, 10, 1)))


def test_another_process_writes_the_same_bytes(sample: Document) -> None:
    program = (
        "import sys; from vaxel_engine.intake import read; from vaxel_engine.writing import write_cii, write_ubl; "
        f"d = next(read({str(ROOT / 'samples' / 'peppol-invoice.xml')!r})); "
        "sys.stdout.buffer.write(write_ubl(d).body + write_cii(d).body)"
    )
    other = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout

    assert other == write_ubl(sample).body + write_cii(sample).body


def test_a_term_without_a_place_is_refused_by_name(sample: Document, changed: Change) -> None:
    document = changed(sample, preceding_invoices=[one.model_dump() for one in TWO])

    with pytest.raises(NotCarried, match=r"CII has no place for BG-3 \(.*more\)") as refused:
        write_cii(document)
    assert refused.value.terms == ("BG-3",)
    assert write_ubl(document).left_out == ()


def test_a_lossy_writing_lists_what_it_left_out(sample: Document, changed: Change, reread: Reread) -> None:
    written = write_cii(changed(sample, preceding_invoices=[one.model_dump() for one in TWO]), lossy=True)

    assert [words.partition(":")[0] for words in written.left_out] == ["BG-3"]
    invoice = reread(written.body).invoice
    assert invoice is not None
    assert invoice.preceding_invoices == TWO[:1]


def test_no_amount_is_rounded_or_padded(sample: Document, changed: Change) -> None:
    assert sample.invoice is not None
    line = sample.invoice.lines[0].model_dump()
    line["price"] = {"net": "0.58700000001"}
    line["quantity"] = "100.500"
    body = write_ubl(changed(sample, lines=[line])).body.decode()

    assert ">0.58700000001</cbc:PriceAmount>" in body
    assert ">100.500</cbc:InvoicedQuantity>" in body


def test_words_that_look_like_markup_come_back(sample: Document, changed: Change, reread: Reread) -> None:
    words = "a <b> & \"c\" 'd' ]]> &amp;\nå"
    document = changed(sample, payment_terms=words, notes=[InvoiceNote(text=words).model_dump()])

    for writer in (write_ubl, write_cii):
        invoice = reread(writer(document).body).invoice
        assert invoice is not None
        assert (invoice.payment_terms, invoice.notes[0].text) == (words, words)


def test_several_accounts_become_several_instructions(sample: Document, changed: Change, reread: Reread) -> None:
    accounts = (
        CreditTransfer(account_identifier="5050109", service_provider_identifier="SE:BANKGIRO"),
        CreditTransfer(account_identifier="4123451", service_provider_identifier="SE:PLUSGIRO"),
    )
    means = PaymentInstructions(means_code="30", remittance_information="2611004108", credit_transfers=accounts)
    document = changed(sample, payment=[means.model_dump()])

    for writer in (write_ubl, write_cii):
        invoice = reread(writer(document).body).invoice
        assert invoice is not None
        assert [one.credit_transfers for one in invoice.payment] == [(account,) for account in accounts]
        assert {one.remittance_information for one in invoice.payment} == {"2611004108"}


def test_a_gross_price_without_discount_says_that_it_is_none(sample: Document, changed: Change) -> None:
    assert sample.invoice is not None
    line = {**sample.invoice.lines[0].model_dump(), "price": {"net": "2.50", "gross": "2.50"}}

    body = write_ubl(changed(sample, lines=[line])).body.decode()

    assert ">0</cbc:Amount>\n<cbc:BaseAmount currencyID=" in body


@pytest.mark.parametrize(
    ("fields", "term"),
    [
        ({"vat_accounting_currency": None, "totals": {"vat_in_accounting_currency": Decimal(1)}}, "BT-111"),
        ({"price": {"net": "1", "gross": "2"}}, "BT-148"),
        ({"price": {"net": "1", "base_quantity_unit": "KWH"}}, "BT-150"),
        ({"totals": {"vat": None}}, "BG-23"),
    ],
)
def test_what_ubl_cannot_say_is_named(
    sample: Document, changed: Change, fields: dict[str, dict[str, object]], term: str
) -> None:
    assert sample.invoice is not None
    stated = sample.invoice.model_dump()
    changes: dict[str, object] = {}
    for name, value in fields.items():
        if name == "price":
            changes["lines"] = [{**stated["lines"][0], "price": value}]
        elif name == "totals":
            changes["totals"] = {**stated["totals"], **value}
        else:
            changes[name] = value

    with pytest.raises(NotCarried) as refused:
        write_ubl(changed(sample, **changes))
    assert refused.value.terms == (term,)


def test_a_reminder_is_no_second_invoice(sample: Document) -> None:
    reminder = sample.model_copy(
        update={
            "kind": DocumentKind.REMINDER,
            "reminder": ReminderDetails(original_due_date=dt.date(2026, 11, 1)),
        }
    )

    for writer in (write_ubl, write_cii):
        with pytest.raises(NotCarried, match=r"is of kind reminder and not written"):
            writer(reminder)


def test_a_credit_note_that_states_no_type_is_381(sample: Document) -> None:
    credit = sample.model_copy(update={"kind": DocumentKind.CREDIT_NOTE})

    assert b"<cbc:CreditNoteTypeCode>381<" in write_ubl(credit).body
    assert b"<ram:TypeCode>381<" in write_cii(credit).body


def test_an_invoice_that_follows_no_rules_is_written_by_peppols(sample: Document, changed: Change) -> None:
    plain = changed(sample, specification=None, business_process=None)

    assert b"poacc:billing:3.0</cbc:CustomizationID>" in write_ubl(plain).body
    assert b"<ram:ID>urn:cen.eu:en16931:2017</ram:ID>" in write_cii(plain).body
