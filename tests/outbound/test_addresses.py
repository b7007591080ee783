"""Where messages may go, and where not: as somebody would try who wants to look into our network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quartier.config import Config
from quartier.outbound.addresses import Refused, Target, checked, is_public, read
from quartier.outbound.sending import send

STRICT = Config(platform_domain="quartier.example")
LOOSE = replace(STRICT, private_webhooks=True)


def why(url: str, config: Config = STRICT) -> str:
    with pytest.raises(Refused) as refused:
        read(url, config)
    return refused.value.why


@pytest.mark.parametrize("address", [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "nonsense", "", "127.1", "2130706433", "0x7f.0.0.1",
])  # fmt: skip
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1", "192.167.255.255",
    "223.255.255.255", "168.63.129.17", "2606:4700::1111", "2a00:1450::1", "2003::1", "2400:cb00::1",
])  # fmt: skip
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(("url", "reason"), [
    ("", "form"), ("hook.example", "scheme"), ("https://", "form"), ("https:///path", "form"), ("https://?q", "form"),
    ("https://hook.example/a b", "form"), ("https://hook.example/\n", "form"), ("https://hook.example\\@x/", "form"),
    ("https://hook.example/" + "x" * 2000, "form"), ("https://hook.example:99999/", "form"),
    ("https://hook.example:nope/", "form"), ("https://[::1", "form"), ("https://[fe80::1%25eth0]/#x", "form"),
    ("https://hook.example/#fragment", "form"), ("https://hook.example/ü", "form"),
    ("https://" + "a" * 64 + ".ch/", "form"),
    ("https://a..b/", "form"), ("https://nadja@hook.example/", "user"), ("https://:pass@hook.example/", "user"),
    ("https://@hook.example/", "user"), ("http://hook.example/", "scheme"), ("ftp://hook.example/", "scheme"),
    ("file:///etc/passwd", "scheme"), ("gopher://hook.example/", "scheme"), ("javascript:alert(1)", "scheme"),
    ("https://hook.example:22/", "port"), ("https://hook.example:25/", "port"), ("https://hook.example:6379/", "port"),
    ("https://hook.example:80/", "port"), ("https://hook.example:0/", "port"),
    ("https://quartier.example/", "ours"), ("https://console.QUARTIER.example./", "ours"),
])  # fmt: skip
def test_urls_that_no_message_goes_to(url: str, reason: str) -> None:
    assert why(url) == reason


def test_urls_that_messages_go_to() -> None:
    assert read("https://Hook.Example:8443/a/b?c=d", STRICT) == Target("https", "hook.example", 8443, "/a/b?c=d")
    assert read("https://gerüst.example", STRICT).host == "xn--gerst-mva.example"
    assert read("https://hook.example", STRICT).authority == "hook.example"
    assert read("https://[2606:4700::1]:8443/", STRICT).authority == "[2606:4700::1]:8443"


def test_development_may_use_plain_http_any_port_and_this_machine() -> None:
    target = read("http://localhost:4711/hook", LOOSE)
    assert (target.authority, checked(target, LOOSE, resolver=lambda *_: ["127.0.0.1"])) == (
        "localhost:4711", ["127.0.0.1"],
    )  # fmt: skip
    assert why("http://localhost:0/", LOOSE) == "port"


@pytest.mark.parametrize("found", [
    ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1", "::1"], ["::ffff:169.254.169.254"], ["169.254.169.254"],
])  # fmt: skip
def test_a_name_with_a_single_private_address_is_refused(found: list[str]) -> None:
    target = read("https://hook.example/", STRICT)
    with pytest.raises(Refused) as refused:
        checked(target, STRICT, resolver=lambda *_: found)
    assert refused.value.why == "private"


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:7f00:1]"])
def test_other_spellings_of_this_machine_are_seen_through(host: str) -> None:
    """By this machine's own resolver, which reads them all."""
    with pytest.raises(Refused) as refused:
        checked(read(f"https://{host}/", STRICT), STRICT)
    assert refused.value.why in {"private", "unknown"}


def test_a_name_that_nobody_knows_is_refused() -> None:
    def nobody(*_: object) -> list[str]:
        raise OSError("no such name")

    for resolver in (nobody, lambda *_: []):
        with pytest.raises(Refused) as refused:
            checked(read("https://hook.example/", STRICT), STRICT, resolver=resolver)
        assert refused.value.why == "unknown"


def test_the_name_is_asked_once_and_the_connection_goes_to_what_was_checked() -> None:
    """A name server that says something else the second time is not asked a second time."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) > 1 else ["10.9.8.7"]

    outcome = send("https://rebind.example/", b"{}", {}, STRICT, resolver=rebinding)
    assert (outcome.error, outcome.status, asked) == ("address:private", None, [("rebind.example", 443)])
