"""What goes wrong with a backup or a restore."""


class BackupFailed(Exception):
    """A backup or a restore did not work; the database is as it was before."""
