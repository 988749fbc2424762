"""Where templates run: a sandbox that shows words, walks lists and can do nothing else."""

import contextlib
from collections.abc import Callable, Generator, Mapping
from itertools import islice
from types import CodeType
from typing import Any, cast

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2 import Environment as JinjaEnvironment
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.stamps import jinja_extensions
from vaxel_engine.rendering.template_code import OF_DICTIONARIES, TemplateCode, quoted

LARGEST_TEMPLATE = 200_000
"""Characters; a megabyte of expressions takes 900 MB to compile."""

LARGEST_OUTPUT = 8_000_000
"""Characters of one rendered template."""
_AT_ONCE = 32
"""Pieces of a template's output between two looks at how much there is."""

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


class _Compiled(BytecodeCache):
    """What templates were compiled to, by name and text: a pack that is read anew compiles only what is another now.

    A stamped template is another one; the rest of what is done to it is the same in every environment.
    """

    def __init__(self, *, stamped: bool) -> None:
        self._stamped = stamped

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into the bucket, where there is some."""
        code = _CODE.get((bucket.key, bucket.checksum, self._stamped))
        if code is not None:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was just compiled."""
        _CODE[bucket.key, bucket.checksum, self._stamped] = cast("CodeType", bucket.code)
        with contextlib.suppress(KeyError):  # another thread may have been here
            while len(_CODE) > _CODE_KEPT:
                del _CODE[next(iter(_CODE))]


_CODE: dict[tuple[str, str, bool], CodeType] = {}
_CODE_KEPT = 600


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
    code_generator_class: type[CodeGenerator] = TemplateCode
    quoted = staticmethod(quoted)
    """What its templates' code writes words with."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._safe: dict[tuple[type[object], str], bool] = {}
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
            bytecode_cache=_Compiled(stamped=pack.stamped),
            extensions=jinja_extensions(wanted=pack.stamped),
        )
        self.filters = {name: made for name, made in self.filters.items() if name in _FILTERS}
        self.globals = {
            "range": self.globals["range"],
            "tokens": {group: dict(named) for group, named in pack.tokens.items()},
        }

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja does it; a fact is looked up at once, where no method of dictionaries has its name."""
        if type(obj) is dict and attribute not in OF_DICTIONARIES and attribute in obj:
            return cast("dict[str, Any]", obj)[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse what could grow without bound; only small whole numbers may be added."""
        if operator == "+" and isinstance(left, int) and isinstance(right, int):
            return left + right
        raise SecurityError(f"the operator {operator} is not for templates; ask for a fact that is already computed")

    def wrap_str_format(self, value: Any) -> None:
        """Leave `format` to the rule for attributes, which refuses it: a width in it can take gigabytes."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only the short list of methods of text and dictionaries; loop variables by Jinja's own rule."""
        key = (cast("type[object]", type(obj)), attr)
        known = self._safe.get(key)
        if known is None:  # the answer is one for everything of a type
            known = self._safe[key] = self._is_safe(obj, attr, value)
        return known

    def _is_safe(self, obj: Any, attr: str, value: Any) -> bool:
        for kind, names in _METHODS.items():
            if isinstance(obj, kind):
                return attr in names
        return type(obj).__module__ == "jinja2.runtime" and super().is_safe_attribute(obj, attr, value)

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002
        """Jinja's own way to every template, included ones too: whoever asks is told what was opened."""
        self._pack.note(name)
        return super()._load_template(name, globals)

    def compiled_from(self, source: str, name: str, filename: str) -> Template:
        """A template of a text that is no file of the pack; `name` and `filename` are what its errors say."""
        kept = self.bytecode_cache
        assert kept is not None  # noqa: S101  # set above
        bucket = kept.get_bucket(self, name, filename, source)
        if bucket.code is None:
            bucket.code = self.compile(source, name, filename)
            kept.set_bucket(bucket)
        return Template.from_code(self, bucket.code, self.make_globals(None))

    def template(self, name: str) -> Template:
        """The template `name`, compiled at its first use; raises TemplateError with file and line."""
        return _compiled(self, self._pack, name)

    def compiled(self) -> list[Template]:
        """Every template that was used so far."""
        return list(self.cache.values()) if self.cache is not None else []


def _escapes(name: str | None) -> bool:
    return name is not None and name.endswith(_ESCAPED)


def environment(pack: Pack) -> Environment:
    """The pack's environment, its templates compiled at their first use and kept with the pack."""
    return pack.once(Environment)


def fill_template(pack: Pack, name: str, context: Mapping[str, object]) -> str:
    """The template `name` of `pack` filled in; raises TemplateError with the file and line a designer has to open."""
    return fill_compiled(pack, name, environment(pack).template(name), context)


def fill_compiled(pack: Pack, name: str, template: Template, context: Mapping[str, object]) -> str:
    """A template of `pack` that was compiled elsewhere, filled in with the same bound and the same errors."""
    written: list[str] = []
    size = 0
    try:
        pieces = template.generate(context)
        while some := list(islice(pieces, _AT_ONCE)):
            size += sum(map(len, some))
            if size > LARGEST_OUTPUT:  # raised where it is written, so that it has a line
                cast("Generator[str, None, None]", pieces).throw(_EndlessError())
            written += some
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a template can provoke: too deep a nesting is an IndentationError, a long range an OverflowError.
        raise _explained(error, pack, name) from error
    return "".join(written)


class _EndlessError(Exception):
    """A template that writes more than any document needs."""

    def __str__(self) -> str:
        return f"writes more than {LARGEST_OUTPUT:,} characters"


def _compiled(sandbox: Environment, pack: Pack, name: str) -> Template:
    try:
        return sandbox.get_template(name)
    except MemoryError:
        raise
    except Exception as error:
        raise _explained(error, pack, name) from error


def _explained(error: Exception, pack: Pack, name: str) -> TemplateError:
    """Point at the innermost line of a pack's file that the error went through."""
    file, line = place_in(error, pack) or (_path(pack, name), None)
    match error:
        case TemplateSyntaxError():
            return TemplateError(error.message or "syntax error", file=error.filename or file, line=error.lineno)
        case TemplateNotFound():
            said = f'there is no template "{error.name}" in the pack'
        case UndefinedError():
            said = f"{error.message}; docs/facts.md lists the names a template may use"
        case SecurityError() | _EndlessError():
            said = str(error)
        case IndentationError() | RecursionError():
            said = "the template is nested too deep"
        case _:
            said = f"{type(error).__name__}: {error}"
    return TemplateError(said, file=file, line=line)


def place_in(error: BaseException, pack: Pack) -> tuple[str, int] | None:
    """The innermost file of the pack that an error went through, and the line; None where it went through none."""
    known = {str(path) for path in pack.files.values()}
    found = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in known:
            found = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return found


def _path(pack: Pack, name: str) -> str:
    return str(pack.files[name]) if name in pack.files else name
