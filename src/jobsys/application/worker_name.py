"""What a worker is called in leases and records."""

import secrets


def new_worker_name() -> str:
    """Returns a name that no other worker has, in whatever process.

    It is drawn at each start: a container that was made before a fork serves several workers.
    """
    return f"w{secrets.token_hex(4)}"
