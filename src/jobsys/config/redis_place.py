"""A backend URL from its parts, as variables and documents of other systems give them."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from jobsys.config.documents import REDIS
from jobsys.config.layers import Found, Layer, merged
from jobsys.domain.errors import ConfigurationError

BACKEND: Final = ("backend",)


def with_backend(document: Layer, names: Layer) -> Layer:
    """Returns both layers, and the backend that their parts of a Redis URL make.

    Variables complete what a document says: it names the host, they the password. A host in the
    variables wins over any backend of the document.
    """
    parts = {path[1]: found for path, found in document.items() if path[0] == REDIS}
    addr = parts.pop("addr", None)
    if addr is not None:
        parts |= _split(addr)
    parts |= {path[1]: found for path, found in names.items() if path[0] == REDIS}
    both = {path: f for path, f in merged([document, names]).items() if path[0] != REDIS}
    if "host" in parts and ((REDIS, "host") in names or BACKEND not in document):
        places = dict.fromkeys(found.place for found in parts.values())
        both[BACKEND] = Found(_url(parts), ", ".join(places))
    return both


def _split(addr: Found) -> dict[str, Found]:
    host, _, port = str(addr.value).rpartition(":")
    if not host:
        raise ConfigurationError(f"settings: {addr.place}: write it as host:port, localhost:6379")
    return {"host": Found(host.strip("[]"), addr.place), "port": Found(port, addr.place)}


def _url(parts: Mapping[str, Found]) -> str:
    host = str(parts["host"].value)
    password = str(parts["password"].value or "") if "password" in parts else ""
    user = f":{quote(password, safe='')}@" if password else ""
    bracketed = f"[{host}]" if ":" in host else quote(host, safe="")
    port, database = _number(parts, "port", 6379), _number(parts, "db", 0)
    return f"redis://{user}{bracketed}:{port}/{database}"


def _number(parts: Mapping[str, Found], name: str, default: int) -> int:
    if name not in parts:
        return default
    text = str(parts[name].value)
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ConfigurationError(
            f"settings: {parts[name].place}: {text[:40]!r} is no number: write a plain one,"
            f" such as {default}"
        )
    return int(text)
