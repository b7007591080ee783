"""What people type where a host is asked for."""

from __future__ import annotations

import pytest

from quartier.domains.names import NoHost, before_domain, host_of, in_full, shown
from quartier.domains.wording import refusal
from quartier.i18n import texts
from quartier.i18n.voice import Voice

OURS = "quartier.example"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("portal.brunnenhof.ch", "portal.brunnenhof.ch"),
        (" Portal.Brunnenhof.CH. ", "portal.brunnenhof.ch"),
        ("https://portal.brunnenhof.ch/", "portal.brunnenhof.ch"),
        ("brunnenhof.ch", "brunnenhof.ch"),
        ("portal.müller.ch", "portal.xn--mller-kva.ch"),
        ("portal.xn--mller-kva.ch", "portal.xn--mller-kva.ch"),
        ("Portal.Straße.de", "portal.xn--strae-oqa.de"),
        ("https://www.hausverwaltung.co.uk", "www.hausverwaltung.co.uk"),
        ("com.ch.example", "com.ch.example"),
        (f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 24}.ch", f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 24}.ch"),
    ],
)
def test_a_host_is_taken_as_it_is_copied(typed: str, host: str) -> None:
    assert host_of(typed, OURS) == host


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("*.brunnenhof.ch", "wildcard"),
        ("10.0.0.7", "address"),
        ("[::1]", "address"),
        ("portal", "single"),
        ("portal.brunnenhof.ch/miete", "path"),
        ("https://portal.brunnenhof.ch/?x=1", "path"),
        ("portal.brunnenhof.ch:8443", "port"),
        ("https://wer@portal.brunnenhof.ch", "form"),
        ("portal brunnenhof.ch", "form"),
        ("portal..brunnenhof.ch", "form"),
        ("-portal.brunnenhof.ch", "form"),
        ("portal.brunnenhof.1", "form"),
        ("portal_1.brunnenhof.ch", "form"),
        ("xn--a.ch", "form"),
        ("drucker.local", "closed"),
        ("nordlicht.quartier.example", "ours"),
        ("quartier.example", "ours"),
        ("Nordlicht.QUARTIER.example.", "ours"),
        ("co.uk", "shared"),
        ("https://gv.at/", "shared"),
        ("a" * 64 + ".ch", "long"),
        ("ä" * 60 + ".ch", "form"),
        (".".join(["a" * 60] * 4) + ".bcdefgh.ch", "long"),
        ("ü" * 10 + "." + ".".join(["ä" * 20] * 8) + ".ch", "long"),
        ("a..", "single"),
    ],
)
def test_what_is_no_host_is_refused_with_a_reason(typed: str, why: str) -> None:
    with pytest.raises(NoHost) as refused:
        host_of(typed, OURS)
    assert refused.value.why == why
    with texts.using(Voice("fr")):
        assert refusal(refused.value.why).endswith((".", "!"))


def test_a_host_is_shown_as_its_owner_writes_it() -> None:
    assert [shown(host) for host in ("portal.xn--mller-kva.ch", "portal.brunnenhof.ch")] == [
        "portal.müller.ch",
        "portal.brunnenhof.ch",
    ]


def test_a_name_that_looks_like_another_is_seen_to_be_one() -> None:
    """The first letter is a Cyrillic one."""
    assert in_full(host_of("аpple.example", OURS)) == "аpple.example (xn--pple-43d.example)"  # noqa: RUF001
    assert in_full("portal.brunnenhof.ch") == "portal.brunnenhof.ch"


def test_what_goes_into_the_field_of_a_provider_that_adds_the_domain() -> None:
    hosts = ("portal.brunnenhof.ch", "brunnenhof.ch", "a.b.hausverwaltung.co.uk")
    assert [(before_domain(f"_quartier.{host}", host), before_domain(host, host)) for host in hosts] == [
        ("_quartier.portal", "portal"),
        ("_quartier", "@"),
        ("_quartier.a.b", "a.b"),
    ]
