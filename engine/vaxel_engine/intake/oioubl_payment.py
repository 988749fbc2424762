"""Payment in OIOUBL 2: FIK and giro cards, bank accounts, the day it is due."""

from vaxel_engine.intake.oioubl_codes import codes
from vaxel_engine.intake.oioubl_tree import Translation, take_out, words
from vaxel_engine.intake.ubl_rules import a, b
from vaxel_engine.intake.xml import Element

_CARDS = ("50", "93")  # giro and FIK, UNCL 4461
_CREDIT_TRANSFER = "30"  # UNCL 4461; SE-R-007 to SE-R-012 want it for bankgiro and plusgiro


def translate_payment(translation: Translation) -> None:
    """Put payment means into the form of Peppol's Danish rules (DK-R-005 to DK-R-011)."""
    for means in translation.root.findall(a("PaymentMeans")):
        _due_date(means, translation)
        _channel(means, translation)
        if words(means.find(b("PaymentMeansCode"))) in _CARDS:
            _card(means)
        _note(means)
        _account(means)


def _due_date(means: Element, translation: Translation) -> None:
    """BT-9 stands beside the payment means in a UBL invoice, within them in a credit note."""
    root = translation.root
    date = means.find(b("PaymentDueDate"))
    if date is None or root.tag.endswith("CreditNote"):
        return
    present = root.find(b("DueDate"))
    if present is None:
        date.tag = b("DueDate")
        root.insert(0, date)
        translation.moved.add("/Invoice/cbc:DueDate")
    elif words(present) == words(date):
        take_out(date)


def _channel(means: Element, translation: Translation) -> None:
    """The channel repeats the means code, except where it names a Swedish giro."""
    channel = means.find(b("PaymentChannelCode"))
    if channel is None:
        return
    known = codes("channel")
    if words(channel) not in known:
        translation.leave(channel)
        return
    provider = known[words(channel)]
    account = means.find(a("PayeeFinancialAccount"))
    code = means.find(b("PaymentMeansCode"))
    if provider and account is not None and code is not None:
        branch = account.find(a("FinancialInstitutionBranch"))
        if branch is not None:
            translation.leave(branch)
        code.text = _CREDIT_TRANSFER
        branch = account.makeelement(a("FinancialInstitutionBranch"))
        identifier = account.makeelement(b("ID"))
        identifier.text = provider
        branch.append(identifier)
        account.append(branch)
    take_out(channel)


def _card(means: Element) -> None:
    """A card is its kind, "#" and the number to pay by (DK-R-008 to DK-R-011); FIK names the creditor's account."""
    kind, number = means.find(b("PaymentID")), means.find(b("InstructionID"))
    if kind is not None and "#" not in words(kind):
        kind.text = f"{words(kind)}#{words(number)}"
        if number is not None:
            take_out(number)
    creditor = means.find(a("CreditAccount"))
    account = creditor.find(b("AccountID")) if creditor is not None else None
    if creditor is not None and account is not None and means.find(a("PayeeFinancialAccount")) is None:
        creditor.tag, account.tag = a("PayeeFinancialAccount"), b("ID")


def _note(means: Element) -> None:
    """Without another reference, what the payer is asked to write is the note on the account or the instruction."""
    note = means.find(f"{a('PayeeFinancialAccount')}/{b('PaymentNote')}")
    instruction = means.find(b("InstructionID"))
    reference = instruction if instruction is not None else note
    if reference is not None and means.find(b("PaymentID")) is None:
        reference.tag = b("PaymentID")
        means.append(reference)


def _account(means: Element) -> None:
    """BT-86 is the branch's number, else the bank's own."""
    for branch in means.iter(a("FinancialInstitutionBranch")):
        bank = branch.find(f"{a('FinancialInstitution')}/{b('ID')}")
        if bank is not None and branch.find(b("ID")) is None:
            branch.insert(0, bank)
    for identifier in means.iter(b("ID")):
        identifier.attrib.pop("schemeID", "")  # IBAN and BIC say themselves what they are
