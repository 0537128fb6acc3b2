"""Addresses of public statistics → JSON, whole or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from labtools.faults import BadInput, Fault

MOST_BYTES = 32_000_000  # of one answer; the largest pages of Kolada and SCB are a tenth of it
_ATTEMPTS = 5
_LONGEST_WAIT = 120.0  # seconds
_MOST_NUMBER = 1e300
_SECONDS = 60.0  # that a server may be silent

Sleep = Callable[[float], None]


class _NoRedirect(HTTPRedirectHandler):
    """An address that points elsewhere is an error: elsewhere may be anything."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def place_of(url: str) -> str:
    """Path and query of an address, as messages name it.

    >>> place_of("https://api.kolada.se/v3/data/kpi/N00956?page=2")
    '/v3/data/kpi/N00956?page=2'
    """
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def bad_answer(url: str, must: str, found: str, do: str = "try again later") -> BadInput:
    """The one fault of an answer, named by its address' path."""
    return BadInput([Fault(place_of(url), must, found, do)])


def follow(url: str, link: object) -> str:
    """The address of the next page, on the server that answered; BadInput for any other.

    The scheme stays that of `url`: a server behind a proxy may not know its own.

    >>> follow("https://api.kolada.se/v3/data", "http://api.kolada.se/v3/data?page=2")
    'https://api.kolada.se/v3/data?page=2'
    """
    must = "names a next page on the same server"
    if not isinstance(link, str):
        raise bad_answer(url, must, repr(link)[:80])
    here = urlsplit(url)
    try:
        there = urlsplit(urljoin(url, link))
        same = there.scheme in ("http", "https") and there.hostname == here.hostname
    except ValueError:
        same = False
    if not same:
        raise bad_answer(url, must, link[:80])
    return urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))


def fetch_json(url: str, *, body: object = None, sleep: Sleep) -> dict[str, Any]:
    """The JSON object at an http(s) address; with a body, what a POST of it as JSON answers.

    An answer of 429 or 5xx is asked for again, five times in all, after the seconds that its
    Retry-After tells, or 1, 2, 4, 8; `sleep` waits them. BadInput, which names the address'
    path, for every other failure: another scheme, another status, no connection, a redirect,
    more than MOST_BYTES, fewer bytes than announced, what is not a JSON object.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise BadInput([Fault(url[:80], "is an http or https address", "another", "correct it")])
    headers = {"Accept": "application/json", "User-Agent": "labtools"}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode("utf-8")
    request = Request(url, data=data, headers=headers)
    for attempt in range(_ATTEMPTS):
        try:
            return _parse(url, _read(request, url))
        except HTTPError as error:
            with error:
                again = error.code == 429 or error.code >= 500
                if not again or attempt == _ATTEMPTS - 1:
                    found = f"HTTP status {error.code} {error.reason}".rstrip()
                    do = "try again later" if again else "correct what is asked for"
                    raise bad_answer(url, "is answered", found, do) from error
                wait = _wait(error.headers.get("Retry-After"), attempt)
            if wait > _LONGEST_WAIT:
                found = f"the server asks for {wait:.0f} seconds' patience"
                raise bad_answer(url, "is answered", found) from error
            sleep(wait)
        except (OSError, HTTPException, UnicodeError) as error:
            reason = str(getattr(error, "reason", error)) or type(error).__name__
            raise bad_answer(url, "is answered", reason) from error
    raise AssertionError("the last attempt returns or raises")


def _read(request: Request, url: str) -> bytes:
    with build_opener(_NoRedirect).open(request, timeout=_SECONDS) as response:
        data: bytes = response.read(MOST_BYTES + 1)
        told = response.headers.get("Content-Length", "")
    if len(data) > MOST_BYTES:
        do = "ask for fewer values at a time"
        raise bad_answer(url, f"has at most {MOST_BYTES} bytes", "more", do)
    if told.isdecimal() and int(told) != len(data):
        raise bad_answer(url, f"has the {told} bytes announced", str(len(data)))
    return data


def _parse(url: str, data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad_answer(url, "is whole JSON", str(error)[:80]) from error
    if not isinstance(answer, dict):
        raise bad_answer(url, "is a JSON object", type(answer).__name__)
    return answer


def _wait(told: str | None, attempt: int) -> float:
    """Seconds before the next attempt: what Retry-After tells, or twice as long each time."""
    wait = float(2**attempt)
    if told is None:
        return wait
    if told.strip().isdecimal():
        return float(told)
    try:
        then = parsedate_to_datetime(told)
    except ValueError:
        return wait
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def number_of(url: str, value: object) -> float:
    """A figure of an answer, NaN for null; BadInput for anything but a finite number."""
    if value is None:
        return math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _MOST_NUMBER else math.inf
        if math.isfinite(number):
            return number
    raise bad_answer(url, "holds numbers as values", repr(value)[:80])
