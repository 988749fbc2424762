"""A few lines added to a page in its frame: it stays where it was scrolled to, tells what is clicked, marks a line.

They stand before the page's own scripts and tell when what is above them is painted: a page reads before it acts.
What is above them they also change in its place when a template is saved, unless scripts have changed it before.
"""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

_MORPH = (Path(__file__).parent / "assets" / "morph.js").read_text(encoding="utf-8").replace("export ", "")
_SCRIPT = (
    "(() => {"
    + _MORPH
    + """
const own = document.currentScript;
const acting = own.dataset.acting;
let source = document.documentElement.cloneNode(true);
[...source.querySelectorAll("script")].at(-1).remove();
const next = requestAnimationFrame;
const painted = () => next(() => next(() => parent.postMessage({ painted: true }, "*")));
painted();
function renew(words) {
  if (words.acting !== acting) return false;
  const fresh = new DOMParser().parseFromString(words.renew, "text/html").documentElement;
  if (!sameHead(source, fresh)) return false;
  const [live, was, is] = [document, source, fresh].map((one) => [...one.querySelector("body").childNodes]);
  if (was.length !== is.length) return false;
  const todo = is.map((node, at) => difference(live[at], was[at], node));
  if (todo.includes(null)) return false;
  for (const change of todo.flat()) change();
  source = fresh;
  painted();
  return true;
}
addEventListener("scroll", () => parent.postMessage({ scrolled: scrollY }, "*"), { passive: true });
addEventListener("message", (event) => {
  if (event.source !== parent) return;
  if (typeof event.data.renew === "string") parent.postMessage({ renewed: renew(event.data) }, "*");
  if (typeof event.data.scrollTo === "number") scrollTo(0, event.data.scrollTo);
  if (typeof event.data.mark === "string") {
    for (const old of document.querySelectorAll("[data-src]")) old.style.removeProperty("outline");
    const all = [...document.querySelectorAll("[data-src]")].filter((one) => one.dataset.src === event.data.mark);
    for (const one of all) one.style.setProperty("outline", "2px solid #1f6feb");
    parent.postMessage({ marked: all.length, mark: event.data.mark }, "*");
  }
});
addEventListener("click", (event) => {
  const from = event.altKey && event.target.closest("[data-src]");
  if (!from) return;
  event.preventDefault();
  event.stopPropagation();
  parent.postMessage({ picked: from.dataset.src, words: event.target.textContent.slice(0, 300) }, "*");
}, true);
})();"""
)
_HASH = f"&#39;sha256-{b64encode(sha256(_SCRIPT.encode()).digest()).decode()}&#39; ".encode()
_NO_SCRIPT = b"script-src &#39;none&#39;"
"""What a page without scripts says of itself; only the reporter runs in it then."""
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="[^"]*script-src ')


def with_scroll_kept(page: bytes) -> tuple[bytes, bytes]:
    """The page with the reporter, allowed by its hash in the page's own policy: all that is read, then what acts.

    The frame has an origin of its own, so the desk cannot look into it. The artifact itself is served as it is.
    """
    read, acting = _parted(page)
    told = sha256(acting).hexdigest()
    return read + f'<script data-acting="{told}">{_SCRIPT}</script>'.encode(), acting


def readable(page: bytes) -> tuple[bytes, str]:
    """What `with_scroll_kept` puts before the reporter, and a digest of what acts after it."""
    read, acting = _parted(page)
    return read, sha256(acting).hexdigest()


def _parted(page: bytes) -> tuple[bytes, bytes]:
    page = page.replace(_NO_SCRIPT, b"script-src ", 1)
    policy = _POLICY.search(page)
    allowed = page if policy is None else page[: policy.end()] + _HASH + page[policy.end() :]
    at = allowed.find(b"<script>")
    at = at if at >= 0 else allowed.rfind(b"</body>")
    at = at if at >= 0 else len(allowed)
    return allowed[:at], allowed[at:]
