"""Languages: the voice of a page, the product's own words, formats by locale, and the texts that companies write.

Imports no Flask: the web shell binds a voice per request, jobs and mails do so per recipient. The catalogue tools
(`check`, `extraction`, `commands`) are for the command line and are not loaded here.
"""

from .catalogues import Catalogues, Problem, load_catalogues
from .formats import (
    DateStyle,
    TimeStyle,
    format_date,
    format_moment,
    format_money,
    format_number,
    format_range,
    format_relative,
    format_time,
    zone_of_reader,
)
from .localized import LocalizedText, LocalizedTextField, LocalizedTextType, Picked
from .pofiles import CatalogueError
from .search import fold, sort_key
from .texts import (
    LazyText,
    _,
    _l,
    bind,
    current_voice,
    gettext,
    install,
    jinja_callables,
    lazy_gettext,
    lazy_ngettext,
    lazy_pgettext,
    ngettext,
    npgettext,
    pgettext,
    prepare_jinja,
    unbind,
    using,
)
from .voice import LANGUAGES, OWN_NAMES, TONES, Language, Tone, Voice, choose_language

__all__ = [
    "LANGUAGES",
    "OWN_NAMES",
    "TONES",
    "CatalogueError",
    "Catalogues",
    "DateStyle",
    "Language",
    "LazyText",
    "LocalizedText",
    "LocalizedTextField",
    "LocalizedTextType",
    "Picked",
    "Problem",
    "TimeStyle",
    "Tone",
    "Voice",
    "_",
    "_l",
    "bind",
    "choose_language",
    "current_voice",
    "fold",
    "format_date",
    "format_moment",
    "format_money",
    "format_number",
    "format_range",
    "format_relative",
    "format_time",
    "gettext",
    "install",
    "jinja_callables",
    "lazy_gettext",
    "lazy_ngettext",
    "lazy_pgettext",
    "load_catalogues",
    "ngettext",
    "npgettext",
    "pgettext",
    "prepare_jinja",
    "sort_key",
    "unbind",
    "using",
    "zone_of_reader",
]
