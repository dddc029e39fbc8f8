"""A server that speaks as much of S3 as a bucket of media needs: objects are put, got and looked at, by address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

KEY, SECRET, NAME = "AKIATEST", "rahasia-uji", "media-uji"


@dataclass
class FakeBucket:
    """`objects` by name. `broken`: it answers nothing but errors; `asked`: the requests it got."""

    objects: dict[str, bytes] = field(default_factory=dict)
    broken: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def environ(self) -> dict[str, str]:
        """The settings that lead to it."""
        return {
            "DIAJAR_MEDIA_BUCKET": f"{NAME}/diajar",
            "DIAJAR_S3_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "DIAJAR_S3_KEY": KEY,
            "DIAJAR_S3_SECRET": SECRET,
        }

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        request = Request(environ)
        self.asked.append(f"{request.method} {request.path}")
        return self._answer(request)(environ, start)

    def _answer(self, request: Request) -> Response:
        signed = request.headers.get("Authorization", "")
        if not re.match(rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/us-east-1/s3/aws4_request, ", signed):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, mimetype="application/xml")
        if self.broken:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, mimetype="application/xml")
        prefix, name = f"/{NAME}/", request.path.removeprefix(f"/{NAME}/")
        if not request.path.startswith(prefix):
            return Response("<Error><Code>NoSuchBucket</Code></Error>", 404, mimetype="application/xml")
        if request.method == "PUT":
            data = request.get_data()
            claimed = request.headers.get("x-amz-content-sha256", "")
            if re.fullmatch(r"[0-9a-f]{64}", claimed) and claimed != hashlib.sha256(data).hexdigest():
                return Response(
                    "<Error><Code>XAmzContentSHA256Mismatch</Code></Error>", 400, mimetype="application/xml"
                )
            self.objects[name] = data
            return Response("", 200, headers={"ETag": f'"{hashlib.md5(data).hexdigest()}"'})
        if name not in self.objects:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404, mimetype="application/xml")
        data = self.objects[name]
        headers = {
            "ETag": f'"{hashlib.md5(data).hexdigest()}"',
            "Last-Modified": "Tue, 24 Nov 2026 10:00:00 GMT",
            "Content-Length": str(len(data)),
        }
        return Response(b"" if request.method == "HEAD" else data, headers=headers, mimetype="application/octet-stream")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def bucket() -> Iterator[FakeBucket]:
    """One that runs until the end of the block."""
    fake = FakeBucket()
    server = make_server("127.0.0.1", 0, fake, threaded=True, request_handler=_Quiet)
    fake.port = server.server_port
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
