"""A web application whose slow work runs as jobs.

Try it: uvicorn --factory examples.fastapi_app.app:create_app
"""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel

from examples.fastapi_app.jobs import CountWords, count_words
from jobsys import (
    BackgroundJobService,
    InvalidJob,
    JobNotFound,
    JobStatus,
    JobsysContainer,
    Settings,
)

router = APIRouter()


class Accepted(BaseModel):
    job_id: str


class Standing(BaseModel):
    status: JobStatus
    result: object


async def job_service(request: Request) -> BackgroundJobService:
    return cast("JobsysContainer", request.app.state.container).job_service()


Jobs = Annotated[BackgroundJobService, Depends(job_service)]


@router.post("/texts", status_code=202)
async def submit(job: CountWords, jobs: Jobs) -> Accepted:
    # A job class is a pydantic model: FastAPI checks the request against it.
    return Accepted(job_id=await jobs.submit(job))


@router.get("/jobs/{job_id}")
async def standing(job_id: str, jobs: Jobs) -> Standing:
    try:
        record = await jobs.get(job_id)
    except (JobNotFound, InvalidJob) as error:
        raise HTTPException(404, str(error)) from error
    return Standing(status=record.status, result=record.result)


def create_app(settings: Settings | None = None) -> FastAPI:
    """A function rather than a global: each test has an application of its own."""
    container = JobsysContainer(settings)
    container.handles(CountWords)(count_words)
    # The lifespan starts a worker with the application, and lets it finish what runs at the end.
    # With worker.enabled false, `jobsys worker` runs the jobs elsewhere.
    app = FastAPI(lifespan=container.lifespan)
    app.state.container = container
    app.include_router(router)
    return app
