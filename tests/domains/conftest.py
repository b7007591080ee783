"""A name server of our own on this machine: it answers what a test has set, and can be slow."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from sqlalchemy import text

from quartier.app import Platform


@dataclass
class NameServer:
    """`records` by name and type; what is not in it does not exist. `silent` answers nobody."""

    port: int = 0
    silent: bool = False
    records: dict[tuple[str, str], str] = field(default_factory=dict)

    def answer(self, asked: bytes) -> bytes | None:
        if self.silent:
            return None
        question = dns.message.from_wire(asked)
        said = dns.message.make_response(question)
        said.flags |= dns.flags.RA | dns.flags.AA
        name, kind = question.question[0].name, question.question[0].rdtype
        key = name.to_text().rstrip(".").lower()
        while (alias := self.records.get((key, "CNAME"))) and kind != dns.rdatatype.CNAME:
            said.answer.append(dns.rrset.from_text(f"{key}.", 60, "IN", "CNAME", alias))
            key = alias.rstrip(".")
        text = self.records.get((key, dns.rdatatype.to_text(kind)))
        if text is not None:
            said.answer.append(dns.rrset.from_text(f"{key}.", 60, "IN", kind, text))
        elif not any(known == key for known, _kind in self.records):
            said.set_rcode(dns.rcode.NXDOMAIN)
        return said.to_wire()


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    server = NameServer()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        server.port = door.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    asked, who = door.recvfrom(4096)
                except OSError:
                    return
                if not asked:
                    return
                if (said := server.answer(asked)) is not None:
                    door.sendto(said, who)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server
        door.sendto(b"", ("127.0.0.1", server.port))
        thread.join()


@pytest.fixture
def asked(platform: Platform, name_server: NameServer) -> Iterator[NameServer]:
    """The platform asks this server. Hosts that earlier tests have proved are free again."""
    config = platform.shell.config
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM domain WHERE strpos(host, '.') > 0"))
    platform.shell.hosts.forget()
    platform.shell.config = replace(config, name_server=f"127.0.0.1:{name_server.port}")
    yield name_server
    platform.shell.config = config
