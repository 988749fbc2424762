"""What an e-invoice in UBL says, element by element; knows nothing of the module that writes it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from lxml import etree

from vaxel_engine.errors import Unreadable
from vaxel_engine.parity.spelling import compact

_COMMON = "urn:oasis:names:specification:ubl:schema:xsd:"
_NAMES = {"a": _COMMON + "CommonAggregateComponents-2", "b": _COMMON + "CommonBasicComponents-2"}
_BRANCHES = {"SE:BANKGIRO": "bankgiro", "SE:PLUSGIRO": "plusgiro"}

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def stated_in_ubl(xml: bytes) -> Mapping[str, tuple[str, ...]]:
    """The values of a UBL invoice or credit note by slot of `Fact`; raises Unreadable for what is no XML."""
    try:
        root = etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"the e-invoice is not XML ({error.msg}); render it again") from error
    totals = "a:LegalMonetaryTotal/b:"
    currency = root.findtext("b:DocumentCurrencyCode", "", _NAMES)
    rounding = _amounts(root, totals + "PayableRoundingAmount")
    total = _amounts(root, totals + "TaxInclusiveAmount")
    parties = _texts(root, "a:PayeeParty/a:PartyName/b:Name")
    parties = parties or _texts(root, "a:AccountingSupplierParty/a:Party/a:PartyLegalEntity/b:RegistrationName")
    stated: dict[str, tuple[str, ...]] = {
        "number": tuple(map(compact, _texts(root, "b:ID"))),
        "currency": (currency,),
        "due_date": tuple(day.replace("-", "") for day in _texts(root, "b:DueDate")),
        "reference": tuple(map(compact, _texts(root, "a:PaymentMeans/b:PaymentID"))),
        "payee": parties,
        "amount_due": tuple(_plain(abs(amount)) for amount in _amounts(root, totals + "PayableAmount")),
        "net": tuple(map(_plain, _amounts(root, totals + "TaxExclusiveAmount"))),
        "rounding": tuple(map(_plain, rounding)),
        "total": tuple(_plain(amount + sum(rounding)) for amount in total),
        "paid": tuple(_plain(-amount) for amount in _amounts(root, totals + "PrepaidAmount")),
        "vat_total": tuple(
            _plain(_amount(tax))
            for tax in _elements(root, "a:TaxTotal/b:TaxAmount")
            if tax.get("currencyID") == currency
        ),
        "vat": tuple(_vat(row) for row in root.iterfind("a:TaxTotal/a:TaxSubtotal", _NAMES)),
    }
    for account in root.iterfind("a:PaymentMeans/a:PayeeFinancialAccount", _NAMES):
        branch = account.findtext("a:FinancialInstitutionBranch/b:ID", "", _NAMES)
        number = compact(account.findtext("b:ID", "", _NAMES))
        kind = _BRANCHES.get(branch, "iban" if number[:2].isalpha() and number[2:4].isdigit() else "account")
        stated[kind] = (*stated.get(kind, ()), number)
    return {slot: values for slot, values in stated.items() if values}


def _vat(row: etree._Element) -> str:  # pyright: ignore[reportPrivateUsage]  # lxml's only name for it
    """A row as `Fact.said` has it."""
    rate = sum(_amounts(row, "a:TaxCategory/b:Percent"), Decimal(0))
    base = ", ".join(map(_plain, _amounts(row, "b:TaxableAmount")))
    return f"{rate.normalize():f} % of {base} = " + ", ".join(map(_plain, _amounts(row, "b:TaxAmount")))


def _elements(
    element: etree._Element,  # pyright: ignore[reportPrivateUsage]
    path: str,
) -> list[etree._Element]:  # pyright: ignore[reportPrivateUsage]
    return list(element.iterfind(path, _NAMES))


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:  # pyright: ignore[reportPrivateUsage]
    return tuple(dict.fromkeys(found.text or "" for found in _elements(element, path)))


def _amounts(element: etree._Element, path: str) -> tuple[Decimal, ...]:  # pyright: ignore[reportPrivateUsage]
    return tuple(map(_amount, _elements(element, path)))


def _amount(element: etree._Element) -> Decimal:  # pyright: ignore[reportPrivateUsage]
    try:
        return Decimal(element.text or "")
    except InvalidOperation as error:
        name = etree.QName(element).localname
        raise Unreadable(f"the e-invoice has something else than a number in {name}; render it again") from error


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount else "0.00"
