"""Taxes and sums of OIOUBL 2: VAT categories, duties that are no VAT, totals that mean something else.

EN 16931 knows VAT only. A duty (registration tax, an excise) is carried as a charge on the document (BG-21), in the VAT
category that OIOUBL states for it, so that every stated sum keeps its meaning.
"""

from decimal import Decimal

from vaxel_engine.intake.oioubl_codes import codes
from vaxel_engine.intake.oioubl_tree import Translation, amount, take_out, words
from vaxel_engine.intake.ubl_rules import a, b
from vaxel_engine.intake.xml import Element

_VAT = ("63", "VAT")
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_WITHOUT_VAT = ("Z", "E", "AE", "K", "G")
_LINES = (a("InvoiceLine"), a("CreditNoteLine"))


def translate_sums(translation: Translation) -> None:
    """Translate categories, duties and totals of the document; the lines must have been translated before."""
    root = translation.root
    for allowance in root.findall(a("AllowanceCharge")):
        _factor(allowance)
    duties = _duties(translation)
    for category in list(root.iter(a("TaxCategory"), a("ClassifiedTaxCategory"))):
        _category(category)
    for duty in duties:
        _rate(duty, root)
    _totals(translation, sum((amount(duty.find(b("Amount"))) or _ZERO for duty in duties), _ZERO))


def translate_lines(translation: Translation) -> None:
    """Give each line its VAT category (BG-30), which OIOUBL 2 may keep in the line's tax total."""
    only = _only_vat_category(translation.root)
    for line in translation.root.iter(*_LINES):
        for allowance in line.findall(a("AllowanceCharge")):
            _factor(allowance)
        item = line.find(a("Item"))
        if item is None:
            continue
        if item.find(a("ClassifiedTaxCategory")) is None:
            subtotals = line.findall(f"{a('TaxTotal')}/{a('TaxSubtotal')}")
            stated = next(
                (found for one in subtotals if (found := one.find(a("TaxCategory"))) is not None and _is_vat(found)),
                only,
            )
            if stated is not None:
                category = _copy(stated)
                category.tag = a("ClassifiedTaxCategory")
                item.append(category)
                translation.moved.add("cac:Item/cac:ClassifiedTaxCategory")
        name, description = item.find(b("Name")), item.find(b("Description"))
        if name is None and description is not None:
            description.tag = b("Name")
        _classifications(item, translation)
        factor = line.find(f"{a('Price')}/{b('OrderableUnitFactorRate')}")
        if factor is not None and amount(factor) == 1:
            take_out(factor)


def _copy(element: Element) -> Element:
    made = element.makeelement(element.tag)
    made.text = element.text
    made.extend([_copy(child) for child in element])
    return made


def _is_vat(category: Element) -> bool:
    return words(category.find(f"{a('TaxScheme')}/{b('ID')}")) in _VAT and words(category.find(b("ID"))) in codes("tax")


def _only_vat_category(root: Element) -> Element | None:
    """The VAT category of the whole document, where it has one only."""
    found = [one for one in root.findall(f"{a('TaxTotal')}/{a('TaxSubtotal')}/{a('TaxCategory')}") if _is_vat(one)]
    return found[0] if len(found) == 1 else None


def _category(category: Element) -> None:
    """BT-118, BT-151 and their kin: zero-rated with a reason is exempt (BR-Z-10)."""
    code = category.find(b("ID"))
    if code is None:
        return
    stated = words(code)
    if stated in codes("tax"):
        code.text = codes("tax")[stated]
        reasons = [category.find(b(name)) for name in ("TaxExemptionReason", "TaxExemptionReasonCode")]
        if code.text == "Z" and any(words(reason) for reason in reasons):
            code.text = "E"
    scheme = category.find(a("TaxScheme"))
    if scheme is not None and words(scheme.find(b("ID"))) in _VAT:
        for child in list(scheme):
            if child.tag == b("ID"):
                child.text = "VAT"
            elif child.tag in (b("Name"), b("TaxTypeCode")):
                take_out(child)
    if code.text in _WITHOUT_VAT and category.find(b("Percent")) is None:
        zero = category.makeelement(b("Percent"))
        zero.text = "0"
        category.append(zero)


def _factor(allowance: Element) -> None:
    """OIOUBL states a factor of the base (0.1), EN 16931 a percentage (10): the amount tells which one it is."""
    factor = allowance.find(b("MultiplierFactorNumeric"))
    value, base = amount(factor), amount(allowance.find(b("BaseAmount")))
    total = amount(allowance.find(b("Amount")))
    if factor is None or value is None or base is None or total is None:
        return
    if abs(base * value - total) < abs(base * value / _HUNDRED - total):
        factor.text = format((value * _HUNDRED).normalize(), "f")


def _duties(translation: Translation) -> list[Element]:
    """Turn every tax of the document that is no VAT into a charge, and return the charges."""
    root = translation.root
    charges: list[Element] = []
    for total in root.findall(a("TaxTotal")):
        subtotals = total.findall(a("TaxSubtotal"))
        duties = [one for one in subtotals if not _is_vat_subtotal(one)]
        if not duties:
            continue
        charges += [_charge(duty, translation) for duty in duties]
        stated = total.find(b("TaxAmount"))
        whole = amount(stated)
        if len(duties) == len(subtotals):
            take_out(total)
        elif stated is not None and whole is not None:
            stated.text = format(whole - sum((amount(one.find(b("TaxAmount"))) or _ZERO for one in duties), _ZERO), "f")
    for charge in charges:
        root.append(charge)
    return charges


def _is_vat_subtotal(subtotal: Element) -> bool:
    category = subtotal.find(a("TaxCategory"))
    scheme = words(category.find(f"{a('TaxScheme')}/{b('ID')}")) if category is not None else ""
    return category is None or scheme in (*_VAT, "")


def _charge(duty: Element, translation: Translation) -> Element:
    """BG-21 out of a duty: its amount, its name and the VAT category it stands in."""
    category = duty.find(a("TaxCategory"))
    scheme = category.find(a("TaxScheme")) if category is not None else None
    stated = words(scheme.find(b("TaxTypeCode"))) if scheme is not None else ""
    if category is None or scheme is None or stated not in codes("tax"):
        raise translation.rejected(
            duty if scheme is None else scheme,
            term="BG-21",
            found="a tax that is no VAT and does not say how it is taxed itself",
            remedy="state its TaxTypeCode: StandardRated, ZeroRated or ReverseCharge",
        )
    charge = duty.makeelement(a("AllowanceCharge"))
    _add(charge, "ChargeIndicator", "true")
    _add(charge, "AllowanceChargeReason", words(scheme.find(b("Name"))) or words(category.find(b("ID"))))
    sum_of_duty = duty.find(b("TaxAmount"))
    if sum_of_duty is not None:
        sum_of_duty.tag = b("Amount")
        charge.append(sum_of_duty)
    for beside in (
        duty.find(b("TaxableAmount")),
        category.find(b("PerUnitAmount")),
        category.find(b("BaseUnitMeasure")),
    ):
        if beside is not None:
            translation.leave(beside)
    vat = charge.makeelement(a("TaxCategory"))
    _add(vat, "ID", stated)
    vat_scheme = vat.makeelement(a("TaxScheme"))
    _add(vat_scheme, "ID", "VAT")
    vat.append(vat_scheme)
    charge.append(vat)
    take_out(duty)
    return charge


def _add(parent: Element, name: str, text: str) -> None:
    child = parent.makeelement(b(name))
    child.text = text
    parent.append(child)


def _rate(duty: Element, root: Element) -> None:
    """The rate of a taxed duty is that of the document's standard-rated breakdown (BT-119)."""
    category = duty.find(a("TaxCategory"))
    if category is None or category.find(b("Percent")) is not None:
        return
    code = words(category.find(b("ID")))
    for stated in root.findall(f"{a('TaxTotal')}/{a('TaxSubtotal')}/{a('TaxCategory')}"):
        percent = words(stated.find(b("Percent")))
        if words(stated.find(b("ID"))) == code and percent:
            _add(category, "Percent", percent)
            return


def _totals(translation: Translation, duties: Decimal) -> None:
    """BT-109 is no sum that OIOUBL 2 states: its tax-exclusive amount is the sum of all taxes."""
    totals = translation.root.find(a("LegalMonetaryTotal"))
    if totals is None:
        return
    names = ("TaxInclusiveAmount", "PayableAmount", "PrepaidAmount", "PayableRoundingAmount", "TaxExclusiveAmount")
    inclusive, payable, paid, rounding, taxes = (totals.find(b(name)) for name in names)
    whole = amount(inclusive)
    due = amount(payable)
    if whole is None and inclusive is None and due is not None:
        whole = due + (amount(paid) or _ZERO) - (amount(rounding) or _ZERO)
        _put(totals, "TaxInclusiveAmount", whole)
    if whole is None:
        return
    vat = sum((amount(one) or _ZERO for one in translation.root.findall(f"{a('TaxTotal')}/{b('TaxAmount')}")), _ZERO)
    if taxes is not None:
        if amount(taxes) != vat + duties:
            translation.left.append(
                "/".join((f"/{translation.name}", "cac:LegalMonetaryTotal", "cbc:TaxExclusiveAmount"))
            )
        take_out(taxes)
    _put(totals, "TaxExclusiveAmount", whole - vat)
    if duties:
        charges = totals.find(b("ChargeTotalAmount"))
        stated = amount(charges) or _ZERO
        if charges is not None:
            take_out(charges)
        _put(totals, "ChargeTotalAmount", stated + duties)


def _put(totals: Element, name: str, value: Decimal) -> None:
    made = totals.makeelement(b(name))
    made.text = format(value, "f")
    totals.append(made)


def _classifications(item: Element, translation: Translation) -> None:
    """BT-157 and BT-158: the lists of OIOUBL under their names in UNCL 7143 and ISO 6523."""
    lists = codes("classification")
    for code in item.findall(f"{a('CommodityClassification')}/{b('ItemClassificationCode')}"):
        for name in [str(name) for name in code.attrib if name not in ("listID", "listVersionID")]:
            del code.attrib[name]
        stated = code.get("listID", "")
        if stated in lists:
            code.set("listID", lists[stated])
        else:
            translation.leave(code)
    for identifier in item.findall(f"{a('StandardItemIdentification')}/{b('ID')}"):
        scheme = identifier.get("schemeID")
        if scheme in codes("item"):
            identifier.set("schemeID", codes("item")[str(scheme)])
        elif scheme is not None and not scheme.isdigit():
            del identifier.attrib["schemeID"]
