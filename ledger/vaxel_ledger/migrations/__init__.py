"""How the ledger's schema came to be; revisions run in order and are never edited after a release."""
