"""The only module that knows saxonche: compiled rule files in, failed assertions out."""

import importlib
from pathlib import Path
from typing import Any

from lxml import etree

from vaxel_engine.errors import Misconfigured, VaxelError
from vaxel_engine.intake.xml import Element

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


class NoAnswer(VaxelError):
    """The official validator broke off on this document; it says neither valid nor invalid."""


class RuleFiles:
    """Compiled XSLT rule files, in the order they are applied; compiling takes a second, judging some milliseconds.

    Raises Misconfigured where saxonche is absent or a file is no stylesheet.
    """

    def __init__(self, paths: list[Path]) -> None:
        try:
            saxonche: Any = importlib.import_module("saxonche")
        except ImportError as error:
            raise Misconfigured(
                "The official validator needs saxonche 12.10 or later; install it with: pip install 'vaxel[referee]'."
            ) from error
        self._processor: Any = saxonche.PySaxonProcessor(license=False)
        self._sheets: list[Any] = []
        for path in paths:
            try:
                self._sheets.append(
                    self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))
                )
            except saxonche.PySaxonApiError as error:
                raise Misconfigured(f"{path} is no rule file that can be compiled; give the official XSLT.") from error

    def fatal_ids(self, root: Element, sheets: int) -> frozenset[str]:
        """The ids of the fatal assertions that fail by the first `sheets` files; raises NoAnswer on a break-off."""
        ids: set[str] = set()
        try:
            node: Any = self._processor.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
            answers: list[str | None] = [sheet.transform_to_string(xdm_node=node) for sheet in self._sheets[:sheets]]
        except Exception as error:  # saxonche raises several kinds of its own, and RuntimeError
            raise NoAnswer("The official validator broke off on this document, so it said nothing about it.") from error
        for answer in answers:
            if answer is None:
                raise NoAnswer("The official validator gave no answer for this document.")
            for failed in etree.fromstring(answer.encode("utf-8")).iter(
                f"{_SVRL}failed-assert", f"{_SVRL}successful-report"
            ):
                if failed.get("flag") == "fatal":
                    ids.add(str(failed.get("id")))
        return frozenset(ids)
