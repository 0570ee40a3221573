"""The static files: few, small, all ours. Their address has a hash of all, so that browsers may keep them."""

import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).with_name("static")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
FOR_EVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """All files of the folder, in memory, and packed for browsers that take that: what is in them is no secret."""

    def __init__(self) -> None:
        self.content = {
            file.relative_to(FOLDER).as_posix(): file.read_bytes()
            for file in sorted(FOLDER.rglob("*"))
            if file.suffix in TYPES
        }
        digest = hashlib.sha256()
        for name, content in self.content.items():
            digest.update(name.encode() + b"\0" + content)
        self.packed = {
            name: gzip.compress(content, mtime=0) for name, content in self.content.items() if not name.endswith(".png")
        }
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where the file of that name is; KeyError if there is none."""
        if name not in self.content:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    async def show(self, request: Request) -> Response:
        """The file. A page of an older version gets the present one, and keeps it not at all."""
        name, asked = request.path_params["name"], request.path_params["version"]
        if name not in self.content:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_EVER if asked == self.version else "no-store", "Vary": "Accept-Encoding"}
        content = self.content[name]
        if name in self.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            content = self.packed[name]
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)
