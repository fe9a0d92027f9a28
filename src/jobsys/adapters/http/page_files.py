"""The page of the dashboard: files that hold nothing, so nobody has to be known to get them."""

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).parent / "page"
"""What `./dev page` builds of `web/`."""
FILES: Final = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""By the path at which it is served, the name of each file and its media type."""


def page_routes() -> list[Route]:
    """Returns a route for each file of the page, and none for anything else."""
    return [_route(path, name, media_type) for path, (name, media_type) in FILES.items()]


def _route(path: str, name: str, media_type: str) -> Route:
    body = (FOLDER / name).read_bytes()

    async def served(_: Request) -> Response:
        return Response(body, media_type=media_type)

    return Route(path, served, methods=["GET"], name=name, include_in_schema=False)
