"""Members ordered by a number, the lowest first to be taken."""

import heapq


class ScoredSet:
    """A set of keys with scores: add, move and remove cost O(log n).

    Entries of the heap that the scores no longer confirm are skipped when they come up.
    """

    def __init__(self) -> None:
        self._scores: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._scores)

    def put(self, key: str, score: int) -> None:
        """Adds a key, or moves it to another score."""
        self._scores[key] = score
        heapq.heappush(self._heap, (score, key))

    def discard(self, key: str) -> None:
        """Removes a key, if it is there."""
        self._scores.pop(key, None)

    def lowest(self) -> int | None:
        """Returns the lowest score; None for an empty set."""
        while self._heap and self._scores.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def up_to(self, score: int, limit: int) -> list[str]:
        """Returns the keys with the lowest scores that are not above this one."""
        lowest = self.lowest()
        if lowest is None or lowest > score:
            return []
        return [key for key in self.in_order() if self._scores[key] <= score][:limit]

    def take(self, up_to: float, limit: int) -> list[str]:
        """Removes and returns the keys with the lowest scores that are not above `up_to`."""
        taken: list[str] = []
        while len(taken) < limit:
            lowest = self.lowest()
            if lowest is None or lowest > up_to:
                break
            _, key = heapq.heappop(self._heap)
            del self._scores[key]
            taken.append(key)
        return taken

    def in_order(self, *, highest_first: bool = False) -> list[str]:
        """Returns all keys by score, equal ones by name."""
        pairs = sorted(((s, k) for k, s in self._scores.items()), reverse=highest_first)
        return [key for _, key in pairs]
