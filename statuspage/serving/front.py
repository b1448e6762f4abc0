"""The web process: one event loop answers from the tree; what is live waits for a place, and is worked on in threads.

RSGI is the web server's own interface. Unlike WSGI it lets a body that comes in drops, and a request that waits, cost a
connection and no thread; so readers never stand behind either.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from statuspage.serving import limits, refusals
from statuspage.serving.answers import Answer, matches
from statuspage.serving.bodies import Bodies
from statuspage.serving.live import Live
from statuspage.serving.places import KINDS, Full, Gone, Places
from statuspage.serving.tree import PublishedTree
from statuspage.serving.wsgi import call, environ_of


class Front:
    """RSGI: the published tree, and before it nothing."""

    def __init__(self, tree: PublishedTree, *, places: Mapping[str, Places] | None = None, held: Bodies | None = None):
        self._tree = tree
        self._places = places or {name: Places(kind, name=name) for name, kind in KINDS.items()}
        self._bodies = held or Bodies()

    async def __rsgi__(self, scope, protocol) -> None:
        headers = scope.headers
        ready = self._tree.ready(headers.get("host"), scope.path, headers.get("accept-encoding", ""))
        if ready is None or scope.method != "GET":
            answer = await self._find(scope, protocol)
            if answer is not None:
                protocol.response_bytes(answer.status, answer.headers, answer.body)
        elif (wanted := headers.get("if-none-match")) and matches(wanted, ready.etag):
            protocol.response_empty(304, ready.not_modified)
        else:
            protocol.response_bytes(200, ready.headers, ready.body)

    async def _find(self, scope, protocol) -> Answer | None:
        found, body = self._tree.find(environ_of(scope)), b""
        if not isinstance(found, Live):
            return found
        places = self._places[found.kind]
        try:
            limits.check(scope)
            async with self._bodies.of(scope.headers, protocol, kind=found.kind, largest=places.kind.largest) as body:
                work = partial(call, found.application, found.environ, body)
                answer = await places.run(work, left=protocol.client_disconnect)
        except limits.Refused as refused:
            return refusals.at_sight(refused)
        except Full:
            return refusals.no_place(found, body)
        except Gone:
            return None
        # Without the database Django knows no page, and so has no dress for its form.
        return refusals.no_place(found, body) if answer.status == 503 and found.kind == "forms" else answer
