"""Text of others, on a terminal."""


def printable(text: str) -> str:
    r"""Returns text that cannot steer a terminal: control characters are spelled out.

    >>> printable("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
