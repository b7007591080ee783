"""A large array is read element by element, and what is wrong with it is found where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import pytest

from quartier.erp import arrays
from quartier.erp.arrays import NotJson, elements

ARRAY = [{"external_id": "M1", "name": 'Grün \u2028 "[{,\\'}, 12345.5, "a]b", None, [[], {"x": [1, 2]}], {}, -3e7, True]


@pytest.mark.parametrize("block", [1, 7, 2**16])
def test_an_array_is_its_elements_however_little_is_read_at_once(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(arrays, "BLOCK", block)
    for text in (json.dumps(ARRAY), json.dumps(ARRAY, ensure_ascii=False, indent=3) + " \n"):
        assert [json.loads(one) for one in elements(BytesIO(text.encode()))] == ARRAY
    assert list(elements(BytesIO(b" [ ] "))) == []
    for body, whole in (
        (b"", 0), (b"{}", 0), (b"[", 0), (b"[,1]", 0), (b"[1,]", 1), (b"[1 2]", 1), (b"[1", 0), (b"[{}", 0),
        (b'[{"a": "', 0), (b"[1] x", 1), (b"[1][", 1), (b'["\xff"]', 0), (b"[" * 99_999, 0), (b"[nope]", 0),
    ):  # fmt: skip
        assert list(_before_the_end(body)) == [b"1"] * whole, body


def _before_the_end(body: bytes) -> Iterator[bytes]:
    with pytest.raises(NotJson):
        yield from elements(BytesIO(body))
