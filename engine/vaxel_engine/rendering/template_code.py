"""What templates are compiled to: Jinja's own code, where facts are looked up and words are written without detours.

A bill of a thousand lines shows ten thousand facts. Jinja asks its sandbox for each, makes each into an object that
knows that it is escaped, and gives each back by itself; here a fact that is there is taken out of its dictionary, which
is what the sandbox would do (`Environment.getattr`), and what stands between two statements is given back as one text.
"""

from importlib import import_module
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape

_markupsafe: Any = import_module("markupsafe")
OF_DICTIONARIES = frozenset(dir(dict))
"""Names that are methods first, and facts only where the sandbox says so."""


def _quoted(text: str) -> str:
    """`text` with its marks written as HTML wants them."""
    return str(escape(text))


quoted: Any = getattr(_markupsafe, "_escape_inner", _quoted)
"""The same by the library's inner function, where its version has one: it makes no object that knows of it."""


class TemplateCode(CodeGenerator):
    """Writes the Python of one template."""

    def write_commons(self) -> None:
        """What every function of a template has at hand."""
        super().write_commons()
        self.writeline("quoted = environment.quoted")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        """A fact out of its dictionary; everything else is asked of the sandbox."""
        if node.attr in OF_DICTIONARIES or self.environment.is_async:
            super().visit_Getattr(node, frame)
            return
        name = repr(node.attr)
        self.write(f"(_seen[{name}] if type(_seen := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {name} in _seen else environment.getattr(_seen, {name}))")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        """Words and markup up to the next statement as one text."""
        if frame.buffer is not None or frame.require_output_check or len(node.nodes) < 2:
            super().visit_Output(node, frame)
            return
        finalize = self._make_finalize()
        self.writeline("yield concat((")
        self.indent()
        for child in node.nodes:
            self.newline(child)
            if isinstance(child, nodes.TemplateData):
                self.write(repr(child.data))
            else:
                self._output_child_pre(child, frame, finalize)
                self.visit(child, frame)
                self._output_child_post(child, frame, finalize)
            self.write(",")
        self.outdent()
        self.writeline("))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_plain(frame, finalize):
            self.write("(quoted(_said) if type(_said := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if self._is_plain(frame, finalize):
            self.write(") is str else escape(_said))")
        else:
            super()._output_child_post(node, frame, finalize)

    def _is_plain(self, frame: Frame, finalize: Any) -> bool:
        return finalize.src is None and frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
