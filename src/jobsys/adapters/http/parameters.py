"""Which parameters a URL may have: one that is misspelt, or said twice, would be no filter at all."""

from collections.abc import Mapping
from typing import get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from jobsys.adapters.http.refusals import WrongParameter


def parameters_of(route: Dependant) -> Mapping[str, bool]:
    """Returns the names of a route's parameters, and of each whether it may be said repeatedly.

    They are its fields, or those of the one model that its query is.
    """
    hints = {field.alias: field.field_info.annotation for field in route.query_params}
    [model] = hints.values() if len(hints) == 1 else [None]
    if isinstance(model, type) and issubclass(model, BaseModel):
        hints = {name: field.annotation for name, field in model.model_fields.items()}
    return {name: _is_list(hint) for name, hint in hints.items()}


def check_parameters(request: Request, known: Mapping[str, bool]) -> None:
    """Lets a query pass that says what is known, and each thing once.

    Raises:
        WrongParameter: it does not.
    """
    said = request.query_params
    for name in said:
        if name not in known:
            raise WrongParameter(f"{name[:80]}: there is no such parameter")
        if len(said.getlist(name)) > 1 and not known[name]:
            raise WrongParameter(f"{name}: say it once")


def _is_list(hint: object) -> bool:
    return list in (get_origin(hint), *map(get_origin, get_args(hint)))
