"""The WSGI application: who asks, what is refused, what is logged and counted around every operation."""

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from functools import partial

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from vaxel_api import openapi
from vaxel_api.asking import Asking, too_large, who_asks
from vaxel_api.desk import Desk
from vaxel_api.logs import NAME
from vaxel_api.metrics import Metrics
from vaxel_api.operations import OPERATIONS, Operation
from vaxel_api.problems import Problem
from vaxel_ledger.database import head, revision

_LOG = logging.getLogger(NAME)
_SENTENCES = {
    404: "there is nothing at this path; /openapi.json says what there is",
    405: "this path does not take the method; /openapi.json says what it takes",
}


def application(desk: Desk, *, draining: threading.Event | None = None) -> Flask:
    """The application of one ledger; once `draining` is set it is not ready any more and begins nothing new."""
    return _Application(desk, draining or threading.Event()).app


class _Application:
    def __init__(self, desk: Desk, draining: threading.Event) -> None:
        self.desk, self.draining = desk, draining
        self.metrics = Metrics(desk.ledger, desk.clock)
        self.app = Flask("vaxel_api", static_folder=None)
        self.app.config["MAX_CONTENT_LENGTH"] = desk.body_cap
        for one in OPERATIONS:
            path = one.path.replace("{", "<").replace("}", ">")
            self.app.add_url_rule(
                path, one.name, partial(self._answer, one), methods=[one.method], provide_automatic_options=False
            )
        alone: tuple[tuple[str, str, Callable[[], Response]], ...] = (
            ("/health", "health", self.health),
            ("/ready", "ready", self.ready),
            ("/metrics", "metrics", self.measured),
            ("/openapi.json", "openapi", self.described),
        )
        for path, name, answer in alone:
            self.app.add_url_rule(path, name, answer, provide_automatic_options=False)
        self.app.before_request(self._begin)
        self.app.after_request(self._end)
        self.app.register_error_handler(Exception, self._refuse)

    def health(self) -> Response:
        """The process answers."""
        return _ok()

    def ready(self) -> Response:
        """The ledger can be reached, and has the schema of this version."""
        if self.draining.is_set():
            raise _ending()
        try:
            with self.desk.ledger.reading() as connection:
                found = revision(connection)
        except SQLAlchemyError as error:
            said = f"the ledger cannot be reached ({type(error).__name__}); look at its database"
            raise Problem(503, said) from error
        if found != head():
            raise Problem(503, f"the ledger has the schema {found} and not {head()}; run `vaxel migrate`")
        return _ok()

    def measured(self) -> Response:
        """For Prometheus."""
        return Response(self.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    def described(self) -> Response:
        """The OpenAPI document."""
        return Response(json.dumps(openapi.document(self.desk.version), indent=1), content_type="application/json")

    def _answer(self, operation: Operation, **places: str) -> Response:
        key = who_asks(self.desk)
        g.key = key
        if self.draining.is_set():
            raise _ending()
        return operation.handler(Asking(self.desk, key), **places)

    def _begin(self) -> None:
        g.began, g.request_id = time.monotonic(), secrets.token_hex(8)

    def _end(self, response: Response) -> Response:
        began: float = g.get("began", time.monotonic())
        operation = request.endpoint or "none"
        seconds = time.monotonic() - began
        self.metrics.answered(operation, response.status_code, seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        key = g.get("key")
        _LOG.info(
            "answered",
            extra={
                "request": g.get("request_id"),
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "ms": round(seconds * 1000),
                "sender": key.sender if key else None,
                "key": key.id if key else None,
                "reason": g.get("reason"),
            },
        )
        return response

    def _refuse(self, error: Exception) -> Response:
        problem = self._problem(error)
        if problem.status != 422:  # which tells of the body
            g.reason = problem.sentence
        return problem.response()

    def _problem(self, error: Exception) -> Problem:
        match error:
            case Problem():
                return error
            case RequestEntityTooLarge():
                return too_large(self.desk.body_cap)
            case HTTPException(code=int(code)) if code < 500:
                return Problem(code, _SENTENCES.get(code, "the request is not one of this service; see /openapi.json"))
            case SQLAlchemyError():
                _LOG.error("the ledger gave no answer", exc_info=error)
                return Problem(
                    503, "the ledger gave no answer; repeat the request in a while", headers={"Retry-After": "5"}
                )
            case _:
                _LOG.error("a fault of its own", exc_info=error, extra={"request": g.get("request_id")})
                return Problem(
                    500, f"the service stopped on a fault of its own; its log has it under {g.get('request_id')}"
                )


def _ending() -> Problem:
    return Problem(503, "the service is ending; repeat the request in a while", headers={"Retry-After": "5"})


def _ok() -> Response:
    return Response('{"status": "ok"}', content_type="application/json")
