"""What somebody who writes a program against the API reads first. In English, as the document itself."""

from __future__ import annotations

from quartier.api.limits import QUOTA
from quartier.api.paging import DEFAULT, MOST

INTRODUCTION = f"""
Data of this portal, for programs: master data in, content and events out.

**Access.** Send a token with each request: `Authorization: Bearer qrt_…`. The company's team issues tokens under
Settings, API; a token has scopes and an end, and is shown once. Every operation below says which scope it needs.
Cookies do not open the API.

**Own things.** What is under `/me/` belongs to whoever issued the token: their profile, their absences, how they hear
of news. It takes the scope `me.read`, and `me.write` to change it, whatever else the token may do.

**Lists** come in pages of {DEFAULT} items, at most {MOST} (`limit`). `next` is the cursor of the next page (`after`),
and null on the last; the header `Link` has the whole address. Nothing is skipped or shown twice while others write.

**Changing.** What has a version is read with an `ETag`. Send it back in `If-Match` when you change the thing: if
somebody else was quicker, the answer is 412 and nothing is overwritten.

**Repeating.** A POST with an `Idempotency-Key` may be sent again for a day when the answer was lost: the work is done
once, and the answer is the same.

**Problems** are documents of type `application/problem+json` (RFC 9457), with sentences in the language that
`Accept-Language` asks for. Their `type` is the address of a page that explains what to do.

**Limits.** A token may make {QUOTA} requests a minute. The headers `RateLimit` and `RateLimit-Policy` tell what is
left.

**Modules.** Only modules that are switched on for this company are described here, and only they answer.
""".strip()
