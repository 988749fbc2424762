"""A few lines added to a web page in its frame, so that it stays where it was scrolled to when it is shown anew."""

import re
from base64 import b64encode
from hashlib import sha256

_SCRIPT = """
addEventListener("scroll", () => parent.postMessage({ scrolled: scrollY }, "*"), { passive: true });
addEventListener("message", (event) => {
  if (event.source === parent && typeof event.data.scrollTo === "number") scrollTo(0, event.data.scrollTo);
});
"""
_HASH = f"&#39;sha256-{b64encode(sha256(_SCRIPT.encode()).digest()).decode()}&#39; ".encode()
_NO_SCRIPT = b"script-src &#39;none&#39;"
"""What a page without scripts says of itself; only the reporter runs in it then."""
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="[^"]*script-src ')


def with_scroll_kept(page: bytes) -> bytes:
    """The page with the reporter, allowed by its hash in the page's own policy.

    The frame has an origin of its own, so the desk cannot look into it. The artifact itself is served as it is.
    """
    page = page.replace(_NO_SCRIPT, b"script-src ", 1)
    policy = _POLICY.search(page)
    allowed = page if policy is None else page[: policy.end()] + _HASH + page[policy.end() :]
    before, end, after = allowed.rpartition(b"</body>")
    script = f"<script>{_SCRIPT}</script>".encode()
    return before + script + end + after if end else allowed + script
