"""Refusals as problem details (RFC 9457): a status, and one sentence that says what to do."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response

MEDIA = "application/problem+json"


class Problem(Exception):
    """A request that is not fulfilled; `str()` is the sentence."""

    def __init__(self, status: int, sentence: str, *, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})
        super().__init__(sentence)

    def response(self) -> Response:
        """As the client reads it; `type` is left out, so it is `about:blank` and `title` the status's own words."""
        body = {"title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.sentence}
        return Response(json.dumps(body, ensure_ascii=False) + "\n", self.status, self.headers, content_type=MEDIA)


NO_SUCH_BATCH = "there is no batch {!r} that this key's sender sent over HTTP; take the id from the answer to /send"
NO_SUCH_DOCUMENT = "there is no document {!r} that this key's sender sent over HTTP; take the id from a report"
NO_SUCH_WEBHOOK = "there is no webhook {!r} of this key's sender; GET /webhooks lists them"
