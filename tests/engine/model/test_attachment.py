"""An attached document keeps its bytes, as base64 in JSON, up to a limit."""

import base64

import pytest
from pydantic import ValidationError

from vaxel_engine.model import ATTACHMENT_LIMIT, AttachedDocument


def attached(content: object) -> AttachedDocument:
    return AttachedDocument.model_validate({"content": content, "mime_code": "application/pdf", "filename": "a.pdf"})


def test_bytes_survive_json() -> None:
    document = attached(bytes(range(256)))

    assert AttachedDocument.model_validate_json(document.model_dump_json()) == document


def test_base64_may_be_broken_into_lines() -> None:
    assert attached("dGlt\n  O21p\r\nbg==").content == b"tim;min"


@pytest.mark.parametrize("content", ["dGlt!", "dGl", "å"])
def test_what_is_no_base64_is_refused(content: str) -> None:
    with pytest.raises(ValidationError, match="is not base64"):
        attached(content)


def test_an_attachment_has_a_limit() -> None:
    assert len(attached(base64.b64encode(bytes(ATTACHMENT_LIMIT)).decode()).content) == ATTACHMENT_LIMIT
    with pytest.raises(ValidationError, match="at most"):
        attached(bytes(ATTACHMENT_LIMIT + 1))


def test_no_content_is_shown() -> None:
    assert "secret" not in repr(attached(b"secret"))
