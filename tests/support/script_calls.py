"""Tells the scripts apart that pass a proxy on their way to Redis."""

from hashlib import sha1

from jobsys.adapters.redis.arguments import transitions_json
from jobsys.adapters.redis.scripts import part, source
from jobsys.testing.faults.resp import words
from jobsys.testing.faults.rules import Exchange, Which

NOTHING = transitions_json([])


def calls_of(script: str) -> Which:
    """Picks calls of a script, by its hash or by its text."""
    text = source(script, part("_clock")).encode()
    names = {text, sha1(text, usedforsecurity=False).hexdigest().encode()}
    return lambda seen: not names.isdisjoint(words(seen.request)[1:2])


def told(which: Which) -> Which:
    """Picks replies that say that something was done: no errors."""
    return lambda seen: seen.reply is not None and seen.reply[:1] != b"-" and which(seen)


def claims(seen: Exchange) -> bool:
    """Picks turns that claim and settle nothing."""
    return _is_turn(seen) and _arguments(seen)[2] == NOTHING


def settles(seen: Exchange) -> bool:
    """Picks turns that settle, whether or not they claim as well."""
    return _is_turn(seen) and _arguments(seen)[2] != NOTHING


_is_turn = calls_of("turn")


def _arguments(seen: Exchange) -> list[bytes]:
    """Returns a script call's arguments: what comes after its keys."""
    said = words(seen.request)
    return said[3 + int(said[2]) :]
