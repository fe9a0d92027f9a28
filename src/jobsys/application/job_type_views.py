"""Job types as plain data, the same for every way in which they are shown."""

from typing import cast

from pydantic import PydanticInvalidForJsonSchema

from jobsys.domain.base_job import BaseJob
from jobsys.domain.redaction import without_secrets


def job_type_view(job_class: type[BaseJob]) -> dict[str, object]:
    """Returns a job type as JSON values; `schema` is that of its payload, where there can be one."""
    try:
        schema = _without_defaults(job_class.model_json_schema())
    except PydanticInvalidForJsonSchema:
        schema = None
    return {
        "job_type": job_class.job_type,
        "aliases": list(job_class.aliases),
        "version": job_class.version,
        "queue": job_class.queue,
        "priority": job_class.priority.label,
        "schema": schema,
    }


def _without_defaults(schema: object, name: str = "") -> object:
    """Returns a schema without what secrets are by default; `name` is of what it describes."""
    if isinstance(schema, list):
        return [_without_defaults(one, name) for one in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    parts = cast("dict[str, object]", schema)
    told = {key: _without_defaults(part, key) for key, part in parts.items()}
    if "default" in parts:
        [told["default"]] = cast(
            "dict[str, object]", without_secrets({name: parts["default"]})
        ).values()
    return told
