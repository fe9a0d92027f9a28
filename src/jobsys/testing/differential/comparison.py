"""Where two histories of one story part."""

from collections.abc import Iterator, Mapping, Sequence

from jobsys.testing.differential.brief import brief
from jobsys.testing.differential.operation import Operation
from jobsys.testing.differential.plain import Plain
from jobsys.testing.differential.telling import History


def first_difference(story: Sequence[Operation], histories: Mapping[str, History]) -> str | None:
    """Returns what the backends saw differently, after which steps; None when all saw the same."""
    (one, expected), *others = histories.items()
    for other, history in others:
        for index, (left, right) in enumerate(zip(expected, history, strict=True)):
            if left != right:
                seen = [f"  {line}" for line in _differences("", left, right, one, other)]
                steps = [
                    f"  {number}. {brief(step)}"
                    for number, step in enumerate(story[: index + 1], 1)
                ]
                at_end = [] if index < len(story) else ["  and looked at everything"]
                return "\n".join([*steps, *at_end, "was answered differently:", *seen])
    return None


def _differences(where: str, left: Plain, right: Plain, one: str, other: str) -> Iterator[str]:
    if left == right:
        return
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            yield from _differences(
                f"{where}.{key}", left.get(key, "absent"), right.get(key, "absent"), one, other
            )
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (ours, theirs) in enumerate(zip(left, right, strict=True)):
            yield from _differences(f"{where}[{index}]", ours, theirs, one, other)
    else:
        yield f"{where or 'answer'}: {one} {left}, {other} {right}"
