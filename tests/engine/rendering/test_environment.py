"""The template sandbox: what designers need works, what an attacker needs does not, and errors point at a line."""

import time
from collections.abc import Callable, Mapping

import pytest
from jinja2.compiler import CodeGenerator

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.environment import LARGEST_OUTPUT, Environment, environment, fill_template

PackMaker = Callable[[Mapping[str, str]], Pack]


def fill(make_pack: PackMaker, source: str, **context: object) -> str:
    return fill_template(make_pack({"layouts/tried.html": source}), "layouts/tried.html", context)


def test_loops_conditions_includes_and_tokens_work(make_pack: PackMaker) -> None:
    pack = make_pack(
        {
            "layouts/tried.html": '{% for row in rows %}{% include "sections/" ~ row ~ ".html" %}{% endfor %}',
            "sections/one.html": "{{ loop.index if loop is defined else 1 }}{{ tokens.colour.paper }}",
        }
    )
    assert fill_template(pack, "layouts/tried.html", {"rows": ["one"]}) == "1#ffffff"


def test_values_are_escaped_in_markup_and_not_in_plain_text(make_pack: PackMaker) -> None:
    pack = make_pack({"layouts/tried.html": "{{ name }}", "layouts/tried.txt": "{{ name }}"})
    assert fill_template(pack, "layouts/tried.html", {"name": "<b>&"}) == "&lt;b&gt;&amp;"
    assert fill_template(pack, "layouts/tried.txt", {"name": "<b>&"}) == "<b>&"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ [].append(1) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ 'x'.zfill(9) }}",
        "{{ tokens.clear() }}",
        "{{ tokens.update }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ lipsum(n=1000000) }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 'a' * 10000000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ 'x' | center(10000000000) }}",
        "{{ 'x' | attr('__class__') }}",
        "{{ 'x' + 'y' }}",
        "{{ range(100001) | list }}",
        "{% include '/etc/passwd' %}",
        "{% include '../brand.toml' %}",
        "{% import 'os' as os %}",
        "{{ name | safe }}",
        "{{ name | tojson }}",
    ],
)
def test_what_no_layout_needs_is_refused_at_once(make_pack: PackMaker, source: str) -> None:
    started = time.process_time()
    with pytest.raises(TemplateError) as caught:
        fill(make_pack, source, name="x")
    assert time.process_time() - started < 2
    assert "tried.html" in caught.value.file


def test_an_object_with_methods_cannot_be_called(make_pack: PackMaker) -> None:
    class Account:
        def delete(self) -> str:
            raise AssertionError("a template has called me")

    with pytest.raises(TemplateError):
        fill(make_pack, "{{ account.delete() }}", account=Account())


def test_a_missing_name_says_file_line_and_name(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match="amont_due") as caught:
        fill(make_pack, "<p>\n\n{{ amont_due }}</p>")
    assert caught.value.line == 3
    assert caught.value.file.endswith("layouts/tried.html")


def test_a_missing_key_in_an_included_file_points_into_that_file(make_pack: PackMaker) -> None:
    files = {"layouts/tried.html": '<p>\n{% include "sections/one.html" %}', "sections/one.html": "a\n{{ seller.fax }}"}
    with pytest.raises(TemplateError, match="fax") as caught:
        fill_template(make_pack(files), "layouts/tried.html", {"seller": {"name": "x"}})
    assert caught.value.file.endswith("sections/one.html")
    assert caught.value.line == 2


def test_a_syntax_error_says_file_and_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError) as caught:
        fill(make_pack, "<p>\n{% if %}")
    assert caught.value.line == 2
    assert caught.value.file.endswith("layouts/tried.html")


def test_a_template_too_deep_or_too_large_is_a_template_error(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match="too deep"):
        fill(make_pack, "{% if 1 %}" * 200 + "{% endif %}" * 200)
    with pytest.raises(TemplateError, match="200,000"):
        fill(make_pack, "x" * 200_001)


def test_output_without_end_is_stopped(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match=f"{LARGEST_OUTPUT:,}"):
        fill(make_pack, "{% for a in range(90000) %}{% for b in range(90000) %}xxxxxxxxxx{% endfor %}{% endfor %}")


def test_a_pack_compiles_its_templates_once(nordljus: Pack) -> None:
    assert environment(nordljus) is environment(nordljus)
    assert environment(nordljus).get_template("layouts/paper.html") is environment(nordljus).get_template(
        "layouts/paper.html"
    )


WRITTEN = """{% macro cell(said) %}<td{% if said %} class="{{ said }}"{% endif %}>{{ said }} {{ one.two.three }}</td>
{% endmacro %}
{% set kept %}<b>{{ one.name }}</b>{% endset %}{{ kept }}
{% for row in rows %}<tr{% if loop.last %} class="last"{% endif %}>{{ row.name }}{{ row.get("name") }}
{{ row.items() | length }}
{{ row["name"] or "" }}{{ cell(row.name) }}{{ one.two.three ~ row.name | upper }}{{ row.number }}{{ none }}</tr>
{% filter lower %}{{ row.name }} A&B{% endfilter %}
{% for part in row.parts if part.name %}{{ part.name }},{% endfor %}{% endfor %}
{{ one.two["three"] if one.two.three == "x" else one.missing is defined }}{{ one.values() | list | length }}
"""


@pytest.mark.parametrize("name", ["layouts/tried.html", "layouts/tried.txt"])
def test_templates_write_what_jinjas_own_code_writes(make_pack: PackMaker, name: str) -> None:
    class Plain(Environment):
        code_generator_class = CodeGenerator

    rows: list[dict[str, object]] = [
        {"name": "<Å & ä>", "items": 3, "number": 7, "parts": [{"name": '"q"'}, {"name": ""}]},
        {"name": "", "items": "", "number": None, "parts": []},
    ]
    context = {"rows": rows, "one": {"name": "'n'", "two": {"three": "<x>"}, "values": [1]}}
    pack = make_pack({name: WRITTEN})
    plain = Plain(pack)
    plain.bytecode_cache = None  # what one writes is not kept for the other
    assert fill_template(pack, name, context) == plain.template(name).render(context)


def test_a_name_that_is_missing_in_the_middle_of_words_says_its_own_line(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError) as refused:
        fill(make_pack, "<p>\n{{ one.name }}\n<b>{{ one.name }}</b>\n{{ one.lost.name }}\n</p>", one={"name": "n"})
    assert refused.value.line == 4
