"""The API, described by itself."""

from fastapi import FastAPI, Request


async def openapi(request: Request) -> dict[str, object]:
    """Returns the OpenAPI document of this API."""
    app: FastAPI = request.app
    return app.openapi()
