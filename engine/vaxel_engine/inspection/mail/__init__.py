"""What mail readers make of a mail: the lint of its HTML against caniemail's data for a stated list of readers."""

from vaxel_engine.inspection.mail.lint import MailFinding, lint
from vaxel_engine.inspection.mail.support import CLIENTS, Client, Support

__all__ = ["CLIENTS", "Client", "MailFinding", "Support", "lint"]
