"""Signatures that a receiver's library accepts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quartier.webhooks.signing import headers, new_secret, signature


def test_the_example_of_the_specification_has_its_signature() -> None:
    key, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    assert signature("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body, key) == (
        "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_the_headers_are_what_a_receiver_works_out_for_itself() -> None:
    keys, body, at = [new_secret(), new_secret()], b'{"type":"webhook.test"}', datetime(2026, 11, 22, 10, tzinfo=UTC)
    found = headers("msg_1", at, body, keys)
    assert (found["webhook-id"], found["webhook-timestamp"]) == ("msg_1", str(int(at.timestamp())))
    expected = []
    for key in keys:
        raw = base64.b64decode(key.removeprefix("whsec_"))
        signed = b"msg_1." + found["webhook-timestamp"].encode() + b"." + body
        expected.append("v1," + base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode())
    assert found["webhook-signature"].split(" ") == expected
    assert len({*keys}) == 2
    assert all(key.startswith("whsec_") and len(base64.b64decode(key[6:])) == 32 for key in keys)


def test_what_the_guide_tells_a_receiver_to_do_works() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}
    exec(program, names)
    old, new, body = new_secret(), new_secret(), b'{"type":"webhook.test"}'
    sent = headers("msg_1", datetime.now(UTC), body, [new, old])
    late = headers("msg_1", datetime(2026, 1, 1, tzinfo=UTC), body, [new])
    check = names["is_from_quartier"]
    assert [check(sent, body, new), check(sent, body, old)] == [True, True]
    assert [check(sent, body, new_secret()), check(sent, body + b" ", new), check(late, body, new)] == [False] * 3
