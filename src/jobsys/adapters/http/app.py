"""The application: its routes as the table has them, each behind its guard, and the page."""

from collections.abc import Callable, Coroutine

from fastapi import FastAPI, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel

from jobsys.adapters.http.access import check_origin
from jobsys.adapters.http.body_limit import BodyLimit
from jobsys.adapters.http.desk import Desk, desk_of
from jobsys.adapters.http.host import Host
from jobsys.adapters.http.page_files import page_routes
from jobsys.adapters.http.parameters import check_parameters, parameters_of
from jobsys.adapters.http.problems import HANDLERS, MEDIA_TYPE
from jobsys.adapters.http.route_table import ROUTES, Reach, Row
from jobsys.adapters.http.shield import Shield
from jobsys.config import DashboardSettings


class ProblemDetails(BaseModel):
    """What went wrong, as RFC 9457 says it; `error` repeats the detail."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    error: str


def app_over(container: Host, settings: DashboardSettings) -> FastAPI:
    """Returns the REST API over a container, and its page at `/`."""
    app = FastAPI(
        title="jobsys",
        openapi_url=None,  # a route like the others serves it, behind its guard
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=HANDLERS,
    )
    app.state.jobsys = Desk(container, settings)
    app.add_middleware(BodyLimit, most=settings.max_body)
    app.add_middleware(Shield)  # around the other: each answer passes the one that was added last
    for row in ROUTES:
        app.router.add_api_route(
            row.path,
            row.endpoint,
            methods=[row.method],
            status_code=row.status,
            name=row.endpoint.__name__,
            operation_id=f"{row.endpoint.__module__.rpartition('.')[2]}_{row.endpoint.__name__}",
            tags=[row.path.split("/")[2]],
            dependencies=[Security(HTTPBearer(auto_error=False))] if row.role else [],
            responses={"default": _PROBLEM},
            route_class_override=_guarded_as(row),
        )
    app.router.routes.extend(page_routes())
    return app


_PROBLEM = {
    "description": "What went wrong",
    "content": {MEDIA_TYPE: {"schema": ProblemDetails.model_json_schema()}},
}


def _guarded_as(row: Row) -> type[APIRoute]:
    """Returns routes that look who asks before they read anything else of a request."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
            handle = super().get_route_handler()
            known = parameters_of(self.dependant)

            async def guarded(request: Request) -> Response:
                _admit(request, row)
                check_parameters(request, known)
                if row.is_shared:
                    return await desk_of(request).answers.answered(request, handle)
                return await handle(request)

            return guarded

    return Guarded


def _admit(request: Request, row: Row) -> None:
    if row.role is None:
        check_origin(request)
    else:
        bounded = row.reach is not Reach.ALL
        request.state.ask = desk_of(request).admitted(request, row.role, bounded=bounded)
