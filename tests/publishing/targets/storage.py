"""An object storage on loopback that speaks as much of S3 as rclone asks for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass
class Storage:
    """What was put, and the order of what was asked."""

    objects: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    fails_after: int | None = None
    """How many more uploads are taken."""

    def environment(self, name: str) -> dict[str, str]:
        """Give rclone's configuration of the remote *name* as environment variables."""
        values = {
            "type": "s3",
            "provider": "Other",
            "access_key_id": "key",
            "secret_access_key": "secret",
            "endpoint": f"http://127.0.0.1:{self.port}",
            "region": "us-east-1",
            "no_check_bucket": "true",
        }
        return {f"RCLONE_CONFIG_{name.upper()}_{key.upper()}": v for key, v in values.items()}

    def names(self, bucket: str) -> set[str]:
        """Name the objects of a bucket."""
        return {key.removeprefix(f"{bucket}/") for key in self.objects if key.startswith(bucket)}


class Handler(BaseHTTPRequestHandler):
    """Puts, lists, tells and deletes objects; keys are not checked."""

    storage: Storage
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Stay silent."""

    def _key(self):
        return unquote(urlsplit(self.path).path).lstrip("/")

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self):
        """Take an object."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        storage, key = self.storage, self._key()
        if storage.fails_after is not None:
            if storage.fails_after == 0:
                error = b"<Error><Code>AccessDenied</Code><Message>denied</Message></Error>"
                self._answer(403, error)
                return
            storage.fails_after -= 1
        storage.log.append(("PUT", key))
        storage.objects[key] = (body, dict(self.headers))
        self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_HEAD(self):
        """Tell of an object."""
        found = self.storage.objects.get(self._key())
        if found is None:
            self._answer(404)
        else:
            etag = f'"{hashlib.md5(found[0]).hexdigest()}"'
            modified = "Mon, 02 Mar 2026 00:00:00 GMT"
            self.send_response(200)
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", modified)
            self.send_header("Content-Length", str(len(found[0])))
            self.end_headers()

    def do_GET(self):
        """List a bucket."""
        url = urlsplit(self.path)
        prefix = parse_qs(url.query).get("prefix", [""])[0]
        bucket = url.path.strip("/")
        entries = "".join(
            f"<Contents><Key>{escape(key.removeprefix(f'{bucket}/'))}</Key>"
            f'<ETag>"{hashlib.md5(body).hexdigest()}"</ETag><Size>{len(body)}</Size>'
            "<LastModified>2026-03-02T00:00:00.000Z</LastModified></Contents>"
            for key, (body, _) in sorted(self.storage.objects.items())
            if key.startswith(f"{bucket}/{prefix}")
        )
        self.storage.log.append(("LIST", prefix))
        text = (
            f'<ListBucketResult xmlns="{NAMESPACE}"><Name>{bucket}</Name>'
            f"<IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        )
        self._answer(200, text.encode(), Content_Type="application/xml")

    def do_DELETE(self):
        """Remove an object."""
        self.storage.log.append(("DELETE", self._key()))
        self.storage.objects.pop(self._key(), None)
        self._answer(204)


@contextmanager
def storage_running() -> Iterator[Storage]:
    """Run a storage until the block ends."""
    storage = Storage()
    handler = type("Bound", (Handler,), {"storage": storage})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    storage.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield storage
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
