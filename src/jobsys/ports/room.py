"""How much room the jobs of a store take, and how much is left."""

from jobsys.domain.value import value


@value
class Room:
    """The bytes that a store takes, those that are free for more, and those of what bounds it.

    `where` names what bounds it, for people. None: nobody can say.
    """

    where: str
    taken: int | None = None
    free: int | None = None
    total: int | None = None
