"""EN 16931: the code lists, as the validation artefacts 1.3.16 accept them."""

from vaxel_engine.codes import accepted, members
from vaxel_engine.rules.en_lines import is_allowance, is_charge
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import attribute_listed, listed
from vaxel_engine.rules.rule import Context, Miss, Verdict, on, rule, syntax

AMOUNTS = (
    *("Amount", "BaseAmount", "PriceAmount", "TaxAmount", "TaxableAmount", "LineExtensionAmount", "TaxExclusiveAmount"),
    *("TaxInclusiveAmount", "AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount"),
    "PayableAmount",
)
_CURRENCIES = accepted("currencies", "en")
_COUNTRIES = members("countries")
_SCHEMES = members("identifier_schemes")
_VAT = members("vat_categories")
_EXEMPTIONS = members("exemption_reasons")
_SUBJECTS = members("note_subjects")
_OBJECTS = members("reference_qualifiers")
_INVOICES = accepted("invoice_types", "en", "invoice")
_CREDIT_NOTES = accepted("invoice_types", "en", "credit note")


def _party_scheme(identifier: Node, bill: Bill) -> Verdict:
    """An ICD code; SEPA too, for the creditor identifier of seller or payee (BT-90)."""
    scheme = (identifier.attribute("schemeID") or "").strip()
    if scheme in _SCHEMES:
        return True
    owner = identifier.parent
    while owner is not None and owner.name not in ("AccountingSupplierParty", "PayeeParty"):
        owner = owner.parent
    return (scheme == "SEPA" and owner is not None) or Miss(f"“{scheme[:20]}”")


def _subject(note: Node, bill: Bill) -> Verdict:
    """A note that opens with a code of three characters between number signs uses one of UNCL 4451."""
    _, sign, rest = note.text.partition("#")
    code, second, _ = rest.partition("#")
    return not (sign and second and len(code) == 3) or code in _SUBJECTS or Miss(f"“{code}”")


def _exemption(code: Node, bill: Bill) -> Verdict:
    return code.value.upper() in _EXEMPTIONS


def _has_scheme(node: Node, bill: Bill) -> bool:
    return node.attribute("schemeID") is not None


def _is_an_object(identifier: Node, bill: Bill) -> bool:
    document = identifier.parent
    return (
        document is not None
        and identifier.attribute("schemeID") is not None
        and document.words("DocumentTypeCode") == "130"
    )


_ICD = "a code of ISO 6523 ICD"
_OBJECT = rule("BR-CL-07", "BT-18-1, BT-128-1", "a code of UNCL 1153", attribute_listed("schemeID", _OBJECTS))
_REASON = ("AllowanceCharge",)

CONTEXTS: tuple[Context, ...] = (
    on("InvoiceTypeCode", rule("BR-CL-01", "BT-3", "an invoice type code of UNCL 1001", listed(_INVOICES))),
    on("CreditNoteTypeCode", rule("BR-CL-01", "BT-3", "a credit note type code of UNCL 1001", listed(_CREDIT_NOTES))),
    *(
        on(
            name,
            syntax(
                "BR-CL-03", "BT-5", "a currency of ISO 4217", attribute_listed("currencyID", _CURRENCIES, required=True)
            ),
        )
        for name in AMOUNTS
    ),
    on("DocumentCurrencyCode", rule("BR-CL-04", "BT-5", "a currency of ISO 4217", listed(_CURRENCIES))),
    on("TaxCurrencyCode", rule("BR-CL-05", "BT-6", "a currency of ISO 4217", listed(_CURRENCIES))),
    on(
        "DescriptionCode",
        rule("BR-CL-06", "BT-8", "3, 35 or 432 of UNCL 2005", listed(members("tax_point_codes"))),
        under=("InvoicePeriod",),
    ),
    on("ID", _OBJECT, under=("AdditionalDocumentReference",), when=_is_an_object),
    on("ID", _OBJECT, under=("DocumentReference",), when=_is_an_object),
    on("Note", rule("BR-CL-08", "BT-21", "a subject code of UNCL 4451", _subject), under=("Document",)),
    on(
        "ID",
        rule("BR-CL-10", "BT-29-1, BT-46-1, BT-60-1", _ICD, _party_scheme),
        under=("PartyIdentification",),
        when=_has_scheme,
    ),
    on(
        "CompanyID",
        rule("BR-CL-11", "BT-30-1, BT-47-1, BT-61-1", _ICD, attribute_listed("schemeID", _SCHEMES)),
        under=("PartyLegalEntity",),
    ),
    on(
        "ItemClassificationCode",
        rule(
            "BR-CL-13", "BT-158-1", "a code of UNCL 7143", attribute_listed("listID", members("item_classifications"))
        ),
        under=("CommodityClassification",),
    ),
    on(
        "IdentificationCode",
        rule("BR-CL-14", "BT-40, BT-55, BT-69, BT-80", "a country of ISO 3166-1", listed(_COUNTRIES)),
        under=("Country",),
    ),
    on(
        "IdentificationCode",
        rule("BR-CL-15", "BT-159", "a country of ISO 3166-1", listed(_COUNTRIES)),
        under=("OriginCountry",),
    ),
    on(
        "PaymentMeansCode",
        rule("BR-CL-16", "BT-81", "a code of UNCL 4461", listed(members("payment_means"))),
        under=("PaymentMeans",),
    ),
    on(
        "ID",
        rule("BR-CL-17", "BT-95, BT-102, BT-118", "a VAT category of UNCL 5305", listed(_VAT)),
        under=("TaxCategory",),
    ),
    on("ID", rule("BR-CL-18", "BT-151", "a VAT category of UNCL 5305", listed(_VAT)), under=("ClassifiedTaxCategory",)),
    on(
        "AllowanceChargeReasonCode",
        rule("BR-CL-19", "BT-98, BT-140", "a code of UNCL 5189", listed(members("allowance_reasons"))),
        under=_REASON,
        when=lambda node, bill: node.parent is not None and is_allowance(node.parent, bill),
    ),
    on(
        "AllowanceChargeReasonCode",
        rule("BR-CL-20", "BT-105, BT-145", "a code of UNCL 7161", listed(members("charge_reasons"))),
        under=_REASON,
        when=lambda node, bill: node.parent is not None and is_charge(node.parent, bill),
    ),
    on(
        "ID",
        rule("BR-CL-21", "BT-157-1", _ICD, attribute_listed("schemeID", _SCHEMES)),
        under=("StandardItemIdentification",),
    ),
    on("TaxExemptionReasonCode", rule("BR-CL-22", "BT-121", "a code of VATEX", _exemption)),
    *(
        on(
            name,
            rule(
                "BR-CL-23",
                "BT-130, BT-150",
                "a unit of UN/ECE Rec. 20 or 21",
                attribute_listed("unitCode", members("units")),
            ),
        )
        for name in ("Quantity", "BaseQuantity")
    ),
    on(
        "EmbeddedDocumentBinaryObject",
        rule(
            "BR-CL-24",
            "BT-125-1",
            "a media type that attachments may have",
            attribute_listed("mimeCode", members("mime_types")),
        ),
    ),
    on(
        "EndpointID",
        rule(
            "BR-CL-25",
            "BT-34-1, BT-49-1",
            "a code of EAS",
            attribute_listed("schemeID", accepted("electronic_addresses", "en")),
        ),
    ),
    on("ID", rule("BR-CL-26", "BT-71-1", _ICD, attribute_listed("schemeID", _SCHEMES)), under=("DeliveryLocation",)),
)
