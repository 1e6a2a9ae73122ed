"""The second format: a change may also be a name given to the study as it then was.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHANGE = """
    CREATE TABLE change (
        seq INTEGER NOT NULL,
        uuid TEXT NOT NULL,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        label TEXT NOT NULL,
        reason TEXT NOT NULL,
        kind TEXT NOT NULL,
        of_change TEXT,
        patch TEXT NOT NULL,
        digest TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        CONSTRAINT pk_change PRIMARY KEY (seq),
        CONSTRAINT ck_change_kind_known CHECK (kind IN ('create', 'do', 'undo', 'redo', 'name', 'import', 'migrate')),
        CONSTRAINT ck_change_of_change_fits_kind CHECK ((of_change IS NULL) = (kind NOT IN ('undo', 'redo'))),
        CONSTRAINT ck_change_hash_lengths CHECK (length(digest) = 64 AND length(prev_hash) = 64 AND length(hash) = 64),
        CONSTRAINT uq_change_uuid UNIQUE (uuid),
        CONSTRAINT fk_change_of_change FOREIGN KEY(of_change) REFERENCES change (uuid)
    )
     STRICT
"""


def upgrade() -> None:
    """Make the table of changes anew with the wider rule, and put every row back as it was."""
    # A table that is renamed keeps quotes round its name in the schema, and would not be told from a forged one.
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM change")
    op.execute("DROP TABLE change")
    op.execute(CHANGE)
    op.execute("INSERT INTO change SELECT * FROM kept ORDER BY seq")
    op.execute("DROP TABLE kept")
