"""Objects of one bucket: read, put on a condition, deleted, listed, within bounded time and in words for operators."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import obstore
from obstore import exceptions
from obstore.store import S3Store

from statuspage.stores.bucket.forms import Form, plain
from statuspage.stores.bucket.url import Place

if TYPE_CHECKING:  # obstore has these for checkers only
    from obstore import PutMode
    from obstore.store import S3Config

CONNECT, WHOLE, RETRIES, RETRYING = timedelta(seconds=3), timedelta(seconds=10), 2, timedelta(seconds=5)
REST = 2.0  # seconds: a bucket that is away makes one request wait for it, not each
WIDTH = 16  # requests at a time
LOOK_UP = 1.5  # seconds between two calls of ``meanwhile``

Item = TypeVar("Item")
Result = TypeVar("Result")


class BucketError(OSError):
    """The bucket is away, or refuses. The text names bucket and key and never credentials."""


class Lost(Exception):
    """The object is not what it was when it was looked at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as its headers tell of it."""

    etag: str
    digest: str
    page: str


class Objects:
    """One bucket, below one prefix. Threads may share it; a forked process may not (its runtime has threads)."""

    def __init__(self, place: Place):
        self.place = place
        config: S3Config = {"region": place.region} if place.region else {}
        if place.endpoint:
            config["endpoint"] = place.endpoint
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            config=config,
            virtual_hosted_style_request=place.virtual_hosted,
            client_options={
                "connect_timeout": CONNECT,
                "timeout": WHOLE,
                "allow_http": place.endpoint.startswith("http://") or os.environ.get("AWS_ALLOW_HTTP") == "true",
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRYING},
        )
        self._process: int | None = None
        self._away: tuple[float, str] = (0.0, "")

    def get(self, key: str) -> tuple[bytes, Seen] | None:
        """The document (uncompressed, as it was published) and what is known of it; nothing if it is not there."""
        try:
            with self._asking("read", key):
                found = obstore.get(self._store, key)
                body = plain(bytes(found.bytes()), dict(found.attributes))
        except FileNotFoundError:
            return None
        return None if body is None else (body, _seen(found))

    def look(self, key: str) -> Seen | None:
        """The headers alone; a tombstone is seen too."""
        try:
            with self._asking("read", key):
                return _seen(obstore.get(self._store, key, options={"head": True}))
        except FileNotFoundError:
            return None

    def put(self, key: str, form: Form, *, over: str | None) -> str:
        """Write if the object is still ``over`` (an ETag; none: not there). Its new ETag. Raises :class:`Lost`."""
        try:
            with self._asking("write", key):
                mode: PutMode = {"e_tag": over} if over else "create"
                put = obstore.put(self._store, key, form.body, attributes=form.attributes, mode=mode)
        except FileNotFoundError:
            raise BucketError(f"There is no bucket {self.place}.") from None
        return put["e_tag"]

    def replace(self, key: str, form: Form) -> None:
        """Whatever is there."""
        with self._asking("write", key):
            obstore.put(self._store, key, form.body, attributes=form.attributes)

    def delete(self, keys: Iterable[str]) -> None:
        """All of them; what is not there is no error. One request for a thousand."""
        keys = list(keys)
        if keys:
            with self._asking("delete", keys[0]):
                obstore.delete(self._store, keys)

    def below(self, prefix: str, *, without: Iterable[str] = ()) -> list[str]:
        """Every key below ``prefix`` ("" or ending in a slash), but what begins with one of ``without``."""
        without = tuple(without)
        with self._asking("list", prefix):
            if not without:
                return [item["path"] for batch in obstore.list(self._store, prefix or None) for item in batch]
            top = obstore.list_with_delimiter(self._store, prefix or None)
        found = [item["path"] for item in top["objects"]]
        for folder in top["common_prefixes"]:
            if not f"{folder}/".startswith(without):
                found += self.below(f"{folder}/")
        return found

    def each(
        self, do: Callable[[Item], Result], items: Iterable[Item], *, meanwhile: Callable[[], None] | None = None
    ) -> dict[Item, Result]:
        """``do`` for all, some at once, and what each gave; ``meanwhile`` every second or so. The first error ends."""
        pool = ThreadPoolExecutor(WIDTH)
        try:
            futures = {pool.submit(do, item): item for item in items}
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, timeout=LOOK_UP, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                if waiting and meanwhile:
                    meanwhile()
            return {item: future.result() for future, item in futures.items()}
        finally:
            pool.shutdown(cancel_futures=True)

    @contextmanager
    def _asking(self, verb: str, key: str) -> Iterator[None]:
        """Errors of the store become ours. ``FileNotFoundError`` passes: only its caller knows what it means."""
        self._stay_in_process()
        until, why = self._away
        if time.monotonic() < until:
            raise BucketError(why)
        try:
            yield
        except (exceptions.PreconditionError, exceptions.AlreadyExistsError):
            raise Lost(key) from None
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise BucketError(f"There is no bucket {self.place}.") from None
            raise
        except exceptions.BaseError as error:
            raise self._in_words(verb, key, error) from None
        except OSError as error:
            raise BucketError(f"Bucket {self.place}: could not {verb} {key}: {type(error).__name__}.") from None

    def _stay_in_process(self) -> None:
        if self._process is None:
            self._process = os.getpid()
        elif self._process != os.getpid():
            raise BucketError(
                "This process was forked from one that had used the bucket already, and would wait for ever. "
                "Start it by itself, or let its parent leave the bucket alone."
            )

    def _in_words(self, verb: str, key: str, error: Exception) -> BucketError:
        """The store's own text may quote what was signed: of it only the status and the code are told."""
        text = str(error)
        status = re.search(r"status code: (\d{3})", text)
        code = re.search(r"<Code>(\w{1,60})</Code>", text)
        said = " ".join(match[1] for match in (status, code) if match)
        if isinstance(error, (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError)):
            return BucketError(
                f"Bucket {self.place} refuses to {verb} {key} ({said}): look at AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY and the bucket's policy."
            )
        if said:
            return BucketError(f"Bucket {self.place} could not {verb} {key}: it answered {said}.")
        if "169.254." in text or "metadata" in text.lower():
            why = f"Bucket {self.place}: no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        else:
            why = f"Bucket {self.place} does not answer (to {verb} {key})."
        self._away = (time.monotonic() + REST, why)
        return BucketError(why)


def _seen(found) -> Seen:
    told = found.attributes
    return Seen(found.meta["e_tag"] or "", told.get("digest", ""), told.get("page", ""))
