"""When leases are spared that ran out while nobody looked: there is nobody to blame for them."""

from jobsys.domain.value import value


@value
class Looks:
    """When expired leases of a queue were last looked for, and when some were last spared."""

    last_ms: int | None = None
    spared_ms: int | None = None

    def spare(self, now_ms: int, grace_ms: int) -> bool:
        """Says whether nobody has looked for so long that leases ran out with nobody to blame.

        Somebody looks twice a lease at least, and leases are renewed three times. Where looks are
        always rarer, a lease is spared once: not before somebody has looked a grace after the last
        sparing, and so taken what was not renewed by then, is anything spared again.

        >>> Looks().spare(9_000, 3_000), Looks(0).spare(9_000, 3_000)
        (False, True)
        >>> Looks(7_001).spare(9_000, 3_000), Looks(3_000, spared_ms=1).spare(9_000, 3_000)
        (False, False)
        """
        last, spared = self.last_ms, self.spared_ms
        if last is None or now_ms - last < grace_ms * 2 // 3:
            return False
        return spared is None or last - spared >= grace_ms

    def after(self, now_ms: int, grace_ms: int, *, spared: bool) -> "Looks":
        """Returns what is to be kept after a look: often this, for a write has its price.

        >>> Looks(8_999).after(9_000, 3_000, spared=False)
        Looks(last_ms=8999, spared_ms=None)
        >>> Looks(8_999).after(9_000, 3_000, spared=True)
        Looks(last_ms=9000, spared_ms=9000)
        """
        if spared:
            return Looks(now_ms, now_ms)
        if self.last_ms is not None and 0 <= now_ms - self.last_ms < grace_ms // 4:
            return self
        return Looks(now_ms, self.spared_ms)
