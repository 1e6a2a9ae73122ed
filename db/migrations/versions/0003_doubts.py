"""The third format: a perspective also says how sure it is of its weights.

A perspective without a row here knows its weights as it did before: near the sliders, with a spread of 0.3.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE doubt (
        perspective_id TEXT NOT NULL,
        knowledge TEXT NOT NULL,
        spread REAL NOT NULL,
        CONSTRAINT pk_doubt PRIMARY KEY (perspective_id),
        CONSTRAINT ck_doubt_knowledge_known CHECK (knowledge IN ('around', 'ranking', 'ranges')),
        CONSTRAINT ck_doubt_spread_is_share CHECK (spread BETWEEN 0 AND 1),
        CONSTRAINT fk_doubt_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE weight_range (
        perspective_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        CONSTRAINT pk_weight_range PRIMARY KEY (perspective_id, criterion_id),
        CONSTRAINT ck_weight_range_ends_in_order CHECK (0 <= low AND low <= high AND high <= 1),
        CONSTRAINT fk_weight_range_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_weight_range_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
)


def upgrade() -> None:
    """Make the tables, empty: nobody has been asked yet."""
    for table in TABLES:
        op.execute(table)
