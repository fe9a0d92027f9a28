"""What ships for tests: a kit for tests of jobs, and conformance suites for adapters."""

import pytest

pytest.register_assert_rewrite("jobsys.testing.suites")
