"""Templates: what could escape, read or grow is refused or ended, says where it stands, and the next is rendered."""

import os
from collections.abc import Callable, Mapping
from typing import cast

import pytest
from tests.engine.attacks.conftest import SECRET, Canary

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_engine.rendering import Rendering

DocumentBuilder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]
FILE = "sections/help.web.html"

REFUSED = {
    "class of a text": "{{ ''.__class__ }}",
    "class by an item": "{{ ''['__class__'] }}",
    "class by a filter": "{{ ''|attr('__class__') }}",
    "subclasses": "{{ [].__class__.__base__.__subclasses__() }}",
    "globals of a helper": "{{ cycler.__init__.__globals__ }}",
    "globals of a joiner": "{{ joiner.__init__.__globals__.os }}",
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "frame of a generator": "{{ (x for x in [1]).gi_frame }}",
    "the template itself": "{{ self._TemplateReference__context }}",
    "environment of a loop": "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "format of a text": "{{ '{0.__class__}'.format(1) }}",
    "format by a map": "{{ ['{0.__class__}'].__getitem__(0).format_map({}) }}",
    "format held back": "{% set f = '{:>99999999}'.format %}{{ f(1) }}",
    "a method that changes": "{{ tokens.colour.update({'paper': '#000000'}) }}",
    "a list that grows": "{{ [].append(1) }}",
    "power at compile time": "{{ 9**(9**9) }}",
    "power in a test": "{% if 9**9**9 %}{% endif %}",
    "a width in a text": "{{ '%999999999d' % 1 }}",
    "a width in a filter": "{{ '%1000000000d'|format(1) }}",
    "a text many times": "{{ 'a'*10**10 }}",
    "a list many times": "{{ [0]*10**10 }}",
    "a centred text": "{{ 'x'|center(10**10) }}",
    "a filled text": "{{ 'x'.zfill(10000000000) }}",
    "an indented text": "{{ 'x'|indent(1000000000) }}",
    "a padded text": "{{ 'x'.ljust(10000000000) }}",
    "words from nowhere": "{{ lipsum(n=1000000) }}",
    "a range beyond all": "{{ range(100001)|list }}",
    "a file of the machine": "{% include '/etc/passwd' %}",
    "a file beside the pack": "{% include '../../brand.toml' %}",
    "a file beside the pack, by a parent": "{% extends '..\\\\..\\\\brand.toml' %}",
    "a module": "{% import 'os' as os %}{{ os }}",
    "an extension": "{% do tokens.clear() %}",
    "blocks of statements without end": "{% if 1 %}" * 200 + "{% endif %}" * 200,
    "brackets without end": "{{ " + "(" * 400 + "1" + ")" * 400 + " }}",
    "a template beyond all": "x" * 200_001,
    "random order": "{{ [1, 2]|random }}",
    "markup trusted": "{{ recipient.name|safe }}",
    "filters by name": "{{ [1]|map('attr', '__class__')|list }}",
    "groups by attribute": "{{ ['a']|groupby('__class__') }}",
    "selection by attribute": "{{ ['a']|selectattr('__class__')|list }}",
    "a sum of attributes": "{{ ['a']|sum(attribute='__class__') }}",
    "a sort by attribute": "{{ ['a', 'b']|sort(attribute='__class__') }}",
    "a join by attribute": "{{ ['a']|join(',', attribute='__class__') }}",
}

ENDED = {
    "loops in loops": "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "text that doubles": (
        "{% macro g(t, n) %}{% if n %}{{ g(t ~ t, n - 1) }}{% else %}{{ t }}{% endif %}{% endmacro %}"
        "{{ g('aaaaaaaa', 40) }}"
    ),
    "replacement on replacement": "{{ '" + "a" * 32 + "'" + f"|replace('a', '{'a' * 32}')" * 9 + " }}",
    "output without end": "{% for a in range(99999) %}{% for b in range(99999) %}xxxxxxxxxxxx{% endfor %}{% endfor %}",
    "a list in a list in a list": (
        "{% macro g(l, n) %}{% if n %}{{ g([l, l, l, l]|join, n - 1) }}{% else %}{{ l }}{% endif %}{% endmacro %}"
        "{{ g('a', 30) }}"
    ),
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
}
EVERYDAY = ("text that doubles", "output without end")


def rendered(press: Press, pack: Pack, document: Document) -> bytes:
    return press.render(document, ArtifactKind.WEB, pack=pack).body


@pytest.mark.parametrize("attack", REFUSED)
def test_what_no_layout_needs_is_refused_with_file_and_line(
    attack: str, make_pack: PackMaker, build: DocumentBuilder
) -> None:
    pack = make_pack({FILE: REFUSED[attack]})
    with pytest.raises(TemplateError) as caught:
        Rendering.of(build(), pack).fill(FILE)
    assert caught.value.file.endswith(FILE)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("attack", ENDED if os.environ.get("VAXEL_CAMPAIGN") == "full" else EVERYDAY)
def test_what_grows_or_never_ends_is_ended_and_the_next_document_is_rendered(
    attack: str, press: Press, make_pack: PackMaker, build: DocumentBuilder, nordljus: Pack
) -> None:
    pack = make_pack({FILE: ENDED[attack]})
    with pytest.raises(TemplateError) as caught:
        rendered(press, pack, build())
    assert caught.value.file.endswith((FILE, "layouts/web.html"))
    assert press.render(build(), ArtifactKind.SMS, pack=nordljus).body


def test_data_that_looks_like_a_template_stays_data(
    make_pack: PackMaker, build: DocumentBuilder, canary: Canary, nordljus: Pack
) -> None:
    name = "{{ 7 * 7 }} {% include '/etc/passwd' %} <script>alert(1)</script> " + canary.file.as_uri()
    page = Rendering.of(build(name=name), nordljus).artifact(ArtifactKind.WEB).body.decode()
    assert "{{ 7 * 7 }}" in page
    assert "<script>alert(1)" not in page
    assert SECRET not in page
    assert canary.asked == []


def test_a_template_is_handed_nothing_but_plain_data(nordljus: Pack, build: DocumentBuilder) -> None:
    def walk(value: object) -> None:
        assert type(value) in (str, int, bool, type(None), dict, list) or type(value).__name__ == "Markup", type(value)
        if isinstance(value, dict):
            for inner in cast("dict[str, object]", value).values():
                walk(inner)
        if isinstance(value, list):
            for inner in cast("list[object]", value):
                walk(inner)

    walk(Rendering.of(build(usage=True, balance=True), nordljus).context())
