"""A host is one company's or nobody's."""

from __future__ import annotations

import pytest

from quartier.tenancy.hosts import domain_key, normal_host


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("brunnenhof.localhost", "brunnenhof.localhost"),
        ("brunnenhof.localhost:8000", "brunnenhof.localhost"),
        ("BRUNNENHOF.localhost", "brunnenhof.localhost"),
        ("brunnenhof.localhost.", "brunnenhof.localhost"),
        ("brunnenhof.localhost.:8000", "brunnenhof.localhost"),
        ("", None),
        (None, None),
        ("brunnenhof.localhost/evil", None),
        ("a b", None),
        ("brunnenhof..localhost\r\nX: y", None),
    ],
)
def test_a_host_header_is_read_or_refused(header: str | None, host: str | None) -> None:
    assert normal_host(header) == host


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("brunnenhof.localhost", "brunnenhof"),
        ("localhost", None),
        ("a.b.localhost", None),
        ("portal.brunnenhof.ch", "portal.brunnenhof.ch"),
        ("brunnenhof", None),
    ],
)
def test_the_domain_table_knows_labels_and_own_domains(host: str, key: str | None) -> None:
    assert domain_key(host, "localhost") == key
