"""What each kind of problem means and what helps, for the pages that `type` in a problem document points to."""

from __future__ import annotations

from collections.abc import Mapping

from quartier.i18n.texts import lazy_gettext as _l

CAUSES: Mapping[int, str] = {
    400: _l("The body is not valid JSON in UTF-8, or a header is not written as it should be."),
    401: _l("The header Authorization is missing, or its token is unknown at this company, has ended or was revoked."),
    403: _l("The token is valid, but it was issued without the scope that this operation needs."),
    404: _l("The address is wrong, the thing is gone, or the module it belongs to is switched off at this company."),
    405: _l("The address exists, but not with this method."),
    409: _l("Something else stands in the way: a number that is taken already, or a thing that has just been removed."),
    412: _l("Somebody has changed the thing after your program read it. Nothing has been overwritten."),
    413: _l("The body has more bytes than this operation takes."),
    415: _l("The body is of a type that this operation does not read, or Content-Type does not say what it is."),
    422: _l("The request was understood, but some of its values are missing or impossible."),
    423: _l("The contract for the module has ended. What is there can still be read, and nothing can be written."),
    428: _l("This operation changes a thing that others change too, so it must say which version it means."),
    429: _l("The token has made more requests in a minute than it may."),
    500: _l("This is our mistake and not yours. It has been recorded."),
    503: _l("The service is being restarted, or the portal of this company is closed at the moment."),
}
REMEDIES: Mapping[int, str] = {
    400: _l("The detail says at which line and column reading ended. Mend the body and send it again."),
    401: _l("Send “Authorization: Bearer” and the token. The company’s team issues new tokens in its settings."),
    403: _l("The detail names the scope. The company’s team can issue a token that has it."),
    404: _l("Compare the address with the documentation. Lists show which things exist."),
    405: _l("The header Allow names the methods that exist here."),
    409: _l("Read the present state, decide anew, and send a request that fits it."),
    412: _l("Read the thing again, apply your change to the new version, and send its ETag in If-Match."),
    413: _l("Send less at once, in several requests."),
    415: _l("Send JSON with “Content-Type: application/json”, unless the documentation names another type."),
    422: _l("Each entry in errors points at one value and says what is wrong with it."),
    423: _l("Go on reading. Writing works again as soon as the contract is renewed; ask the company."),
    428: _l("Send the ETag that came with the thing in the header If-Match."),
    429: _l("Wait as many seconds as the header Retry-After says. RateLimit tells in each answer how many are left."),
    500: _l("Try again later. If it stays, write to support and name the request_id of the answer."),
    503: _l("Try again after the seconds in Retry-After. Without that header, ask the company."),
}
