"""Secrets in payloads: pydantic writes stars for them, so a stored job would have lost them."""

from collections.abc import Iterator
from typing import Final, get_args, get_origin, get_type_hints

from pydantic import BaseModel, PlainSerializer, Secret, SecretBytes, SecretStr, WrapSerializer

_SECRETS: Final = (Secret, SecretBytes, SecretStr)
_MARKS: Final = ("__dataclass_fields__", "__total__", "_fields")
"""What tells a dataclass, a TypedDict or a NamedTuple from other types."""
_OWN_WAY: Final = (PlainSerializer, WrapSerializer)


def secret_fields(model: type[BaseModel]) -> list[str]:
    """Returns the paths of fields that would be stored as stars.

    Left out are fields that are not stored, and those that the model writes in a way of its own.

    >>> class Login(BaseModel):
    ...     name: str
    ...     password: SecretStr | None = None
    >>> secret_fields(Login)
    ['password']
    """
    return [path.removeprefix(".") for path in _in_model(model, ())]


def _in_model(model: type[BaseModel], outside: tuple[object, ...]) -> Iterator[str]:
    decorators = model.__pydantic_decorators__
    if model in outside or decorators.model_serializers:
        return
    written = {name for d in decorators.field_serializers.values() for name in d.info.fields}
    for name, field in model.model_fields.items():
        is_left_out = field.exclude or name in written or "*" in written
        if not is_left_out and not any(isinstance(m, _OWN_WAY) for m in field.metadata):
            for path in _in_type(field.annotation, (*outside, model)):
                yield f".{name}{path}"


def _in_type(hint: object, outside: tuple[object, ...]) -> Iterator[str]:
    """Yields the path to each secret below a type; the empty one where it is a secret itself."""
    kind: object = get_origin(hint) or hint
    parts, inside = _parts(kind), (*outside, kind)
    is_known = kind in outside
    if isinstance(kind, type) and issubclass(kind, _SECRETS):
        yield ""
        return
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _in_model(kind, outside)
    elif not is_known:
        for step, part in parts:
            for path in _in_type(part, inside):
                yield f"{step}{path}"
    arguments = get_args(hint)
    if not any(isinstance(argument, _OWN_WAY) for argument in arguments):
        for argument in arguments:
            yield from _in_type(argument, outside)


def _parts(kind: object) -> Iterator[tuple[str, object]]:
    """Yields what a dataclass, a TypedDict, a NamedTuple or the alias of a type is made of."""
    alias: object = getattr(kind, "__value__", None)
    if alias is not None:
        yield "", alias
    elif isinstance(kind, type) and any(hasattr(kind, mark) for mark in _MARKS):
        for name, part in get_type_hints(kind, include_extras=True).items():
            yield f".{name}", part
