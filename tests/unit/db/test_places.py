"""Folders that something else writes to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from db.places import shared_with

pytestmark = pytest.mark.skipif(os.name != "posix", reason="mount tables are a POSIX matter")

MOUNTS = r"""sysfs /sys sysfs rw 0 0
/dev/sda1 / ext4 rw,relatime 0 0
fs:/home /net/home nfs4 rw 0 0
//fs/team /mnt/our\040team cifs rw 0 0
/dev/sdb1 /net/home/local ext4 rw 0 0
me@host: /mnt/far fuse.sshfs rw 0 0
/dev/sdc1 /mnt/far ext4 rw 0 0
tmpfs /mnt/odd\134name tmpfs rw 0 0
x /mnt/odd\134name/deep 9p rw 0 0
half a line
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/data/ada/x.steelyard", ""),
        ("/net/home/ada/x.steelyard", "a network share (nfs4)"),
        ("/net/homework/x.steelyard", ""),
        ("/net/home/local/ada/x.steelyard", ""),
        ("/mnt/our team/x.steelyard", "a network share (cifs)"),
        ("/mnt/our/x.steelyard", ""),
        ("/mnt/far/x.steelyard", ""),
        ("/mnt/odd\\name/x.steelyard", ""),
        ("/mnt/odd\\name/deep/x.steelyard", "a network share (9p)"),
        ("/data/ada/Dropbox/x.steelyard", "a synchronised folder (Dropbox)"),
        ("/data/ada/Dropbox (Personal)/deep/x.steelyard", "a synchronised folder (Dropbox (Personal))"),
        ("/data/ada/OneDrive - Contoso/x.steelyard", "a synchronised folder (OneDrive - Contoso)"),
        ("/data/ada/Library/Mobile Documents/x.steelyard", "a synchronised folder (Mobile Documents)"),
        ("/data/ada/dropboxes/x.steelyard", ""),
        ("/data/ada/x Dropbox/x.steelyard", ""),
        ("/net/home/Dropbox/x.steelyard", "a network share (nfs4)"),
        ("/data/ada/Dropbox", ""),
    ],
)
def test_a_share_or_a_synchronised_folder_is_named(path: str, expected: str) -> None:
    assert shared_with(Path(path), MOUNTS) == expected


def test_a_table_without_lines_names_nothing() -> None:
    assert shared_with(Path("/data/ada/x.steelyard"), "") == ""


def test_the_table_of_this_system_can_be_read(tmp_path: Path) -> None:
    assert isinstance(shared_with(tmp_path / "x.steelyard"), str)


def test_a_link_into_a_synchronised_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Nextcloud").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "Nextcloud", target_is_directory=True)
    assert shared_with(tmp_path / "work" / "x.steelyard", "") == "a synchronised folder (Nextcloud)"
