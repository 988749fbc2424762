"""The card of a document: what an inbox, an app or a notification shows before anything is opened, as JSON."""

import json

from vaxel_engine.rendering.rendering import Rendering


def render_card(rendering: Rendering) -> bytes:
    """The card as UTF-8 JSON, keys sorted, one line.

    action      what the link is called: "Se och betala"
    amount      exact, with a full stop and two decimals: "2218.48"; positive also when it is in the reader's favour;
                null when there is nothing to pay and for a message
    amount_text the same for the reader's eye: "2 218,48 kr"; null likewise
    currency    ISO 4217; null for a message and a finished PDF
    due_date    ISO 8601; pay by, or drawn on; null without a date
    kind        invoice, credit_note, reminder, direct_debit_notice, message or finished_pdf
    language    sv or en: what the words are in
    link        https address of the document
    reference   the sender's own reference
    sender      what customers call the sender
    state       pay, reminder, direct_debit, nothing, credit or message
    summary     the whole matter as one sentence
    title       what the document is called; a message's subject, a finished PDF's title
    version     1: a key may be added, none is taken away or changes its meaning
    """
    facts, invoice = rendering.facts, rendering.document.invoice
    pay = facts.to_pay
    state = pay.state if pay else "message"
    exact = None if invoice is None or pay is None or pay.amount is None else f"{abs(invoice.totals.due):.2f}"
    card = {
        "action": rendering.words[f"action.{state}"],
        "amount": exact,
        "amount_text": pay.amount if pay else None,
        "currency": facts.currency,
        "due_date": pay.date.iso if pay and pay.date else None,
        "kind": facts.kind,
        "language": facts.language,
        "link": rendering.link,
        "reference": facts.reference,
        "sender": facts.seller.brand,
        "state": state,
        "summary": pay.sentence if pay else rendering.words.fill("card.message", sender=facts.seller.brand),
        "title": facts.title,
        "version": 1,
    }
    return rendering.emit("card", json.dumps(card, ensure_ascii=False, sort_keys=True)).encode()
