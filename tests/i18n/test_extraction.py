from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quartier.i18n.extraction import Area, Extraction, areas, read_area

Put = Callable[[str, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def area(root: Path, name: str) -> Area:
    return next(area for area in areas(root) if area.name == name)


def found(extraction: Extraction) -> dict[object, object]:
    return {key: text.id for key, text in extraction.texts.items()}


PYTHON = """
from quartier.i18n import _, _l, gettext, lazy_gettext, lazy_ngettext, lazy_pgettext, ngettext, npgettext, pgettext
a = _("plain %(x)s", x=1)
b = _l("lazy"
       " in two lines")
c = gettext("long form")
d = lazy_gettext("lazy long form")
e = ngettext("%(num)d day", "%(num)d days", n)
f = lazy_ngettext("%(num)d key", "%(num)d keys", 2)
g = pgettext("ticket", "Open")
h = lazy_pgettext("door", "Open")
i = npgettext("ticket", "%(num)d case", "%(num)d cases", n)
j = module._("through a module")
# tone: neutral
k = _("They")
# Translators: the button
l = _("Go")
# only a remark
m = _(variable)
n = other("not for us")
"""


def test_python_is_read_in_all_forms(put: Put, tmp_path: Path) -> None:
    path = put("platform/quartier/web/pages.py", PYTHON)
    extraction = read_area(area(tmp_path, "web"))
    assert found(extraction) == {
        "plain %(x)s": "plain %(x)s",
        "lazy in two lines": "lazy in two lines",
        "long form": "long form",
        "lazy long form": "lazy long form",
        "%(num)d day": ("%(num)d day", "%(num)d days"),
        "%(num)d key": ("%(num)d key", "%(num)d keys"),
        ("ticket", "Open"): "Open",
        ("door", "Open"): "Open",
        ("ticket", "%(num)d case"): ("%(num)d case", "%(num)d cases"),
        "through a module": "through a module",
        "They": "They",
        "Go": "Go",
    }
    assert extraction.texts["plain %(x)s"].places == [(path, 3)]
    assert {key: text.comments for key, text in extraction.texts.items() if text.comments} == {
        "They": ["tone: neutral"],
        "Go": ["Translators: the button"],
    }
    assert extraction.problems == []


TEMPLATE = """
{{ _("Menu") }}
{% do items.append(1) %}
{% trans %}
  Hello
  {{ name }}
{% endtrans %}
{% trans count=n %}{{ count }} key{% pluralize %}{{ count }} keys{% endtrans %}
{% trans "ticket" %}Open{% endtrans %}
<a title="{{ pgettext('door', 'Open') }}">{{ ngettext("%(num)d day", "%(num)d days", n) }}</a>
{% trans %}100 % sure{% endtrans %}
"""


def test_templates_are_read_as_they_are_rendered(put: Put, tmp_path: Path) -> None:
    put("plugins/faq/templates/faq/list.html", TEMPLATE)
    assert found(read_area(area(tmp_path, "faq"))) == {
        "Menu": "Menu",
        "Hello %(name)s": "Hello %(name)s",
        "%(count)s key": ("%(count)s key", "%(count)s keys"),
        ("ticket", "Open"): "Open",
        ("door", "Open"): "Open",
        "%(num)d day": ("%(num)d day", "%(num)d days"),
        "100 %% sure": "100 %% sure",
    }


def test_each_area_owns_its_files_and_its_words(put: Put, tmp_path: Path) -> None:
    for name in (
        "platform/quartier/cli.py",
        "platform/quartier/web/pages.py",
        "platform/quartier/web/deep/er.py",
        "platform/quartier/web/tests/test_pages.py",
        "plugins/faq/web.py",
        "plugins/faq/tests/test_web.py",
        "plugins/faq/migrations/one.py",
        "tests/web/test_pages.py",
    ):
        put(name, f'_("{name}")')
    for name in (
        "platform/quartier/web/templates/web/page.html",
        "themes/klar/templates/home.html",
        "themes/warm/templates/deep/home.txt",
        "themes/warm/static/not.html",
        "plugins/faq/templates/faq/list.html",
        "plugins/faq/templates/faq/picture.png",
    ):
        put(name, f'{{{{ _("{name}") }}}}')
    put("translations/gone/de.po", "")
    assert {
        area.name: (area.words.relative_to(tmp_path).as_posix(), set(read_area(area).texts)) for area in areas(tmp_path)
    } == {
        "web": (
            "translations/web",
            {
                "platform/quartier/web/pages.py",
                "platform/quartier/web/deep/er.py",
                "platform/quartier/web/templates/web/page.html",
            },
        ),
        "quartier": ("translations/quartier", {"platform/quartier/cli.py"}),
        "themes": ("translations/themes", {"themes/klar/templates/home.html", "themes/warm/templates/deep/home.txt"}),
        "faq": ("plugins/faq/translations", {"plugins/faq/web.py", "plugins/faq/templates/faq/list.html"}),
        "gone": ("translations/gone", set()),
    }


def test_a_text_asked_for_twice_stands_once_where_it_was_first(put: Put, tmp_path: Path) -> None:
    first = put("plugins/faq/a.py", '_("Key")\n_("Save")')
    second = put("plugins/faq/b.py", '\n_("Save")\nngettext("Key", "Keys", 2)')
    extraction = read_area(area(tmp_path, "faq"))
    assert list(extraction.texts) == ["Key", "Save"]
    assert extraction.texts["Save"].places == [(first, 2), (second, 2)]
    assert extraction.texts["Key"].id == ("Key", "Keys")


def test_files_that_cannot_be_read_are_named(put: Put, tmp_path: Path) -> None:
    broken = {
        put("plugins/faq/a.py", '_("ok")\ndef ('),
        put("plugins/faq/b.py", '"""never closed'),
        put("plugins/faq/templates/faq/list.html", "{% trans %}Hello"),
        put("plugins/faq/templates/faq/other.html", "\n{% nonsense %}"),
    }
    problems = {problem.file: problem.line for problem in read_area(area(tmp_path, "faq")).problems}
    assert set(problems) == broken
    assert problems[tmp_path / "plugins/faq/a.py"] == 2
    assert problems[tmp_path / "plugins/faq/templates/faq/other.html"] == 2


@pytest.mark.parametrize(
    "call",
    [
        '_(f"Hello {name}")',
        '_("Hello " + name)',
        '_("Hello %s" % name)',
        '_l("Hello {}".format(name))',
        'pgettext("door", f"Open {name}")',
        'ngettext("one", f"{n} days", n)',
    ],
)
def test_texts_built_before_the_look_up_are_a_problem(put: Put, tmp_path: Path, call: str) -> None:
    path = put("plugins/faq/web.py", f"\n{call}\n")
    problems = read_area(area(tmp_path, "faq")).problems
    assert [(problem.file, problem.line) for problem in problems] == [(path, 2)]


def test_a_computed_number_is_no_built_text(put: Put, tmp_path: Path) -> None:
    put("plugins/faq/web.py", 'ngettext("one", "many", a + 1)\n_("Hello %(name)s", name=f"{x}")\n_(label)')
    assert read_area(area(tmp_path, "faq")).problems == []
