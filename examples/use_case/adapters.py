"""What the host plugs into its own ports."""


class UsersInMemory:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    async def add(self, address: str) -> int:
        return self._numbers.setdefault(address, len(self._numbers) + 1)


class ConsoleMailer:
    async def send(self, to: str, text: str) -> None:
        print(f"to {to}: {text}")
