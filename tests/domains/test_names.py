"""What people type where a host is asked for."""

from __future__ import annotations

import pytest

from quartier.domains.names import NoHost, host_of, shown
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
        (".".join(["a" * 60] * 5) + ".ch", "form"),
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
