"""What all tests share: a real Redis, the table of conformance tests, the closing line."""

import pytest

from tests.support.contract_table import ContractTable
from tests.support.deselected_line import DeselectedLine

pytest_plugins = ["tests.support.redis_fixtures"]


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ContractTable(config), "jobsys-contract-table")
    config.pluginmanager.register(DeselectedLine(config), "jobsys-deselected-line")
