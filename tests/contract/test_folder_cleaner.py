"""Every folder cleaner keeps the promises of its port."""

from pathlib import Path

import pytest

from jobsys.adapters.filesystem.folder_cleaner import LocalFolderCleaner
from jobsys.ports.folder_cleaner import FolderCleaner
from jobsys.testing.folder_cleaner_suite import FolderCleanerSuite


@pytest.mark.contract(suite="FolderCleaner", backend="filesystem")
class TestLocalFolderCleaner(FolderCleanerSuite):
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "root").mkdir()
        return tmp_path / "root"

    @pytest.fixture
    def cleaner(self, root: Path) -> FolderCleaner:
        return LocalFolderCleaner([root])
