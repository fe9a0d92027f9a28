"""What ships for tests: conformance suites for adapters, and a clock that stands still."""

import pytest

pytest.register_assert_rewrite("jobsys.testing.suites")
