"""Customer pages that fetch their documents by list instead of being pushed to, signed as Standard Webhooks say."""

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from vaxel_simulators.my_pages.simulator import MyPagesSimulator


class Puller:
    """The pages' side of the list: fetch, keep, tell, and show only what is still theirs to show."""

    def __init__(self, simulator: "MyPagesSimulator", url: str) -> None:
        self._simulator, self._url = simulator, url.rstrip("/")

    def pull(self) -> list[str]:
        """Fetch everything that waits; give the ids of what is shown now."""
        shown: list[str] = []
        after = ""
        while True:
            page = self.call("GET", f"/documents?after={after}").json()
            for one in page["documents"]:
                fetched = self.call("GET", f"/documents/{one['id']}")
                if fetched.status_code != 200:
                    continue
                self._simulator.take(fetched.content)
                if self.tell(one["id"], "shown") == 204:
                    shown.append(one["id"])
                else:
                    self._simulator.take_back(one["id"])
            if page["next"] is None:
                return shown
            after = page["next"]

    def tell(self, key: str, state: str) -> int:
        """Tell what became of one document; gives the status of the answer."""
        return self.call("POST", f"/documents/{key}", json.dumps({"state": state}).encode()).status_code

    def call(self, method: str, target: str, body: bytes = b"") -> httpx.Response:
        """One signed call; its id is the hash of method and target."""
        name = hashlib.sha256(f"{method} {target}".encode()).hexdigest()
        seconds = str(int(self._simulator.clock().timestamp()))
        key = base64.b64decode(self._simulator.secret.removeprefix("whsec_"))
        mark = hmac.digest(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256)
        headers = {
            "webhook-id": name,
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
        }
        return httpx.request(
            method, self._url + target, content=body or None, headers=headers, trust_env=False, timeout=10
        )
