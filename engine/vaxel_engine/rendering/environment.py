"""Where templates run: a sandbox that shows words, walks lists and can do nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2 import Environment as JinjaEnvironment
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack

LARGEST_TEMPLATE = 200_000
"""Characters; a megabyte of expressions takes 900 MB to compile."""

LARGEST_OUTPUT = 8_000_000
"""Characters of one rendered template."""

_FILTERS = frozenset(
    {
        "abs",
        "count",
        "default",
        "d",
        "e",
        "escape",
        "first",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "replace",
    }
    | {"reverse", "round", "sort", "striptags", "sum", "trim", "upper", "wordcount", "dictsort", "items", "min", "max"}
)
_METHODS: dict[type, frozenset[str]] = {
    str: frozenset({"startswith", "endswith", "replace", "split", "strip", "upper", "lower"}),
    dict: frozenset({"items", "keys", "values", "get"}),
}
_REFUSED_OPERATORS = frozenset({"**", "*", "%", "+"})
_ESCAPED = (".html", ".mjml", ".svg")


class _PackLoader(BaseLoader):
    """Template names are names in the pack; nothing else on the disk can be reached."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def get_source(self, environment: JinjaEnvironment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if not self._pack.has(template):
            raise TemplateNotFound(template)
        source = self._pack.read(template).decode("utf-8")
        if len(source) > LARGEST_TEMPLATE:
            raise TemplateSyntaxError(f"a template has at most {LARGEST_TEMPLATE:,} characters", 1, template)
        return source, str(self._pack.files[template]), lambda: True


class Environment(ImmutableSandboxedEnvironment):
    """Jinja without constant folding or arithmetic that could grow, with short lists of attributes and filters."""

    intercepted_binops = _REFUSED_OPERATORS

    def __init__(self, pack: Pack) -> None:
        super().__init__(
            loader=_PackLoader(pack),
            undefined=StrictUndefined,
            autoescape=_escapes,
            optimized=False,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            cache_size=400,
        )
        self.filters = {name: made for name, made in self.filters.items() if name in _FILTERS}
        kept: dict[str, Any] = {name: made for name, made in self.globals.items() if name in ("range", "namespace")}
        self.globals = {**kept, "tokens": {group: dict(named) for group, named in pack.tokens.items()}}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what could grow without bound; only small whole numbers may be added."""
        if operator == "+" and isinstance(left, int) and isinstance(right, int):
            return left + right
        raise SecurityError(f"the operator {operator} is not for templates; ask for a fact that is already computed")

    def wrap_str_format(self, value: Any) -> None:
        """Leave `format` to the rule for attributes, which refuses it: a width in it can take gigabytes."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only the short list of methods of text and dictionaries; loop variables by Jinja's own rule."""
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        return type(obj).__module__ == "jinja2.runtime" and super().is_safe_attribute(obj, attr, value)


def _escapes(name: str | None) -> bool:
    return name is not None and name.endswith(_ESCAPED)


def environment(pack: Pack) -> Environment:
    """The pack's environment, its templates compiled at their first use and kept with the pack."""
    return pack.once(Environment)


def fill_template(pack: Pack, name: str, context: Mapping[str, object]) -> str:
    """The template `name` of `pack` filled in; raises TemplateError with the file and line a designer has to open."""
    written: list[str] = []
    size = 0
    try:
        for piece in environment(pack).get_template(name).generate(context):
            size += len(piece)
            if size > LARGEST_OUTPUT:
                raise TemplateError(f"writes more than {LARGEST_OUTPUT:,} characters", file=_path(pack, name))
            written.append(piece)
    except TemplateError:
        raise
    except TemplateNotFound as error:
        raise TemplateError(f'there is no template "{error.name}" in the pack', file=_path(pack, name)) from error
    except TemplateSyntaxError as error:
        raise TemplateError(error.message or "syntax error", file=error.filename or name, line=error.lineno) from error
    except Exception as error:
        # Whatever a template can provoke: too deep a nesting is an IndentationError, a long range an OverflowError.
        raise _explained(error, pack, name) from error
    return "".join(written)


def _explained(error: Exception, pack: Pack, name: str) -> TemplateError:
    """Point at the innermost line of a pack's file that the error went through."""
    known = {str(path) for path in pack.files.values()}
    file, line = _path(pack, name), None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in known:
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    match error:
        case UndefinedError():
            said = f"{error.message}; docs/facts.md lists the names a template may use"
        case SecurityError():
            said = str(error)
        case IndentationError() | RecursionError():
            said = "the template is nested too deep"
        case _:
            said = f"{type(error).__name__}: {error}"
    return TemplateError(said, file=file, line=line)


def _path(pack: Pack, name: str) -> str:
    return str(pack.files[name]) if name in pack.files else name
