"""An environment that says nothing to jobsys, whatever machine this is."""

import os

import pytest

from jobsys.config.environment import OTHER_NAMES, PREFIX, SWITCH


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name in {*OTHER_NAMES, SWITCH} or name.startswith(PREFIX):
            monkeypatch.delenv(name)
