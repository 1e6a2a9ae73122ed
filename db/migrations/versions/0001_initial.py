"""The first format: the tables of a study as version 0.1 made them.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
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
        CONSTRAINT ck_change_kind_known CHECK (kind IN ('create', 'do', 'undo', 'redo', 'import', 'migrate')),
        CONSTRAINT ck_change_of_change_fits_kind CHECK ((of_change IS NULL) = (kind NOT IN ('undo', 'redo'))),
        CONSTRAINT ck_change_hash_lengths CHECK (length(digest) = 64 AND length(prev_hash) = 64 AND length(hash) = 64),
        CONSTRAINT uq_change_uuid UNIQUE (uuid),
        CONSTRAINT fk_change_of_change FOREIGN KEY(of_change) REFERENCES change (uuid)
    )
     STRICT
    """,
    """
    CREATE TABLE criterion (
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        parent_id TEXT,
        definition TEXT NOT NULL,
        excludes TEXT NOT NULL,
        swing TEXT NOT NULL,
        colour INTEGER NOT NULL,
        CONSTRAINT pk_criterion PRIMARY KEY (id),
        CONSTRAINT ck_criterion_name_not_empty CHECK (length(trim(name)) > 0),
        CONSTRAINT fk_criterion_parent_id FOREIGN KEY(parent_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE evidence (
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        ref TEXT NOT NULL,
        claim TEXT NOT NULL,
        source TEXT NOT NULL,
        date TEXT NOT NULL,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        reliability TEXT NOT NULL,
        credibility INTEGER,
        grade_note TEXT NOT NULL,
        read_as TEXT NOT NULL,
        used_for TEXT NOT NULL,
        later INTEGER NOT NULL,
        CONSTRAINT pk_evidence PRIMARY KEY (id),
        CONSTRAINT ck_evidence_reliability_known CHECK (reliability IN ('', 'A', 'B', 'C', 'D', 'E', 'F')),
        CONSTRAINT ck_evidence_credibility_known CHECK (credibility BETWEEN 1 AND 6),
        CONSTRAINT ck_evidence_later_flag CHECK (later IN (0, 1))
    )
     STRICT
    """,
    """
    CREATE TABLE note (
        place INTEGER NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_note PRIMARY KEY (place)
    )
     STRICT
    """,
    """
    CREATE TABLE option (
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        short TEXT NOT NULL,
        definition TEXT NOT NULL,
        is_baseline INTEGER NOT NULL,
        excluded INTEGER NOT NULL,
        why_excluded TEXT NOT NULL,
        CONSTRAINT pk_option PRIMARY KEY (id),
        CONSTRAINT ck_option_name_not_empty CHECK (length(trim(name)) > 0),
        CONSTRAINT ck_option_is_baseline_flag CHECK (is_baseline IN (0, 1)),
        CONSTRAINT ck_option_excluded_flag CHECK (excluded IN (0, 1))
    )
     STRICT
    """,
    """
    CREATE TABLE perspective (
        id TEXT NOT NULL,
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        assessed INTEGER NOT NULL,
        summary TEXT NOT NULL,
        origin TEXT NOT NULL,
        CONSTRAINT pk_perspective PRIMARY KEY (id),
        CONSTRAINT ck_perspective_name_not_empty CHECK (length(trim(name)) > 0),
        CONSTRAINT ck_perspective_kind_known CHECK (kind IN ('stakeholder', 'stress test', 'reference')),
        CONSTRAINT ck_perspective_assessed_flag CHECK (assessed IN (0, 1)),
        CONSTRAINT ck_perspective_origin_known
            CHECK (origin IN ('stated in the seed article', 'stated in a public source',
                'computed from sourced figures', 'computed from assumptions', 'by definition', 'judgement'))
    )
     STRICT
    """,
    """
    CREATE TABLE study (
        place INTEGER NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        question TEXT NOT NULL,
        objective TEXT NOT NULL,
        as_of TEXT NOT NULL,
        CONSTRAINT pk_study PRIMARY KEY (place),
        CONSTRAINT ck_study_one_row CHECK (place = 0),
        CONSTRAINT ck_study_title_not_empty CHECK (length(trim(title)) > 0)
    )
     STRICT
    """,
    """
    CREATE TABLE fact (
        option_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        label TEXT NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_fact PRIMARY KEY (option_id, place),
        CONSTRAINT fk_fact_option_id FOREIGN KEY(option_id) REFERENCES option (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE lock (
        perspective_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        CONSTRAINT pk_lock PRIMARY KEY (perspective_id, criterion_id),
        CONSTRAINT fk_lock_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_lock_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE option_evidence (
        option_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        evidence_id TEXT NOT NULL,
        CONSTRAINT pk_option_evidence PRIMARY KEY (option_id, place),
        CONSTRAINT fk_option_evidence_option_id FOREIGN KEY(option_id)
            REFERENCES option (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_option_evidence_evidence_id FOREIGN KEY(evidence_id)
            REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE perspective_evidence (
        perspective_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        evidence_id TEXT NOT NULL,
        CONSTRAINT pk_perspective_evidence PRIMARY KEY (perspective_id, place),
        CONSTRAINT fk_perspective_evidence_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_perspective_evidence_evidence_id FOREIGN KEY(evidence_id)
            REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE reason (
        perspective_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_reason PRIMARY KEY (perspective_id, criterion_id),
        CONSTRAINT fk_reason_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_reason_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE scale (
        criterion_id TEXT NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        direction TEXT NOT NULL,
        unit TEXT NOT NULL,
        kind TEXT NOT NULL,
        shape TEXT NOT NULL,
        curvature REAL NOT NULL,
        CONSTRAINT pk_scale PRIMARY KEY (criterion_id),
        CONSTRAINT ck_scale_low_finite CHECK (abs(low) <= 1e300),
        CONSTRAINT ck_scale_high_finite CHECK (abs(high) <= 1e300),
        CONSTRAINT ck_scale_curvature_finite CHECK (abs(curvature) <= 1e300),
        CONSTRAINT ck_scale_direction_known CHECK (direction IN ('higher', 'lower')),
        CONSTRAINT ck_scale_kind_known CHECK (kind IN ('natural', 'constructed', 'direct')),
        CONSTRAINT ck_scale_shape_known CHECK (shape IN ('linear', 'piecewise', 'exponential')),
        CONSTRAINT fk_scale_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE score (
        option_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        likely REAL,
        low REAL,
        high REAL,
        confidence TEXT NOT NULL,
        rationale TEXT NOT NULL,
        origin TEXT NOT NULL,
        origin_note TEXT NOT NULL,
        entered TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        CONSTRAINT pk_score PRIMARY KEY (option_id, criterion_id),
        CONSTRAINT ck_score_likely_finite CHECK (abs(likely) <= 1e300),
        CONSTRAINT ck_score_low_finite CHECK (abs(low) <= 1e300),
        CONSTRAINT ck_score_high_finite CHECK (abs(high) <= 1e300),
        CONSTRAINT ck_score_confidence_known CHECK (confidence IN ('', 'A', 'B', 'C', 'D')),
        CONSTRAINT ck_score_origin_known
            CHECK (origin IN ('stated in the seed article', 'stated in a public source',
                'computed from sourced figures', 'computed from assumptions', 'by definition', 'judgement')),
        CONSTRAINT fk_score_option_id FOREIGN KEY(option_id) REFERENCES option (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_score_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE weight (
        perspective_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        points REAL NOT NULL,
        CONSTRAINT pk_weight PRIMARY KEY (perspective_id, criterion_id),
        CONSTRAINT ck_weight_points_finite CHECK (points BETWEEN 0 AND 1e300),
        CONSTRAINT fk_weight_perspective_id FOREIGN KEY(perspective_id)
            REFERENCES perspective (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_weight_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE level (
        criterion_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        x REAL NOT NULL,
        text TEXT NOT NULL,
        CONSTRAINT pk_level PRIMARY KEY (criterion_id, place),
        CONSTRAINT ck_level_x_finite CHECK (abs(x) <= 1e300),
        CONSTRAINT fk_level_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES scale (criterion_id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE point (
        criterion_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        x REAL NOT NULL,
        value REAL NOT NULL,
        CONSTRAINT pk_point PRIMARY KEY (criterion_id, place),
        CONSTRAINT ck_point_x_finite CHECK (abs(x) <= 1e300),
        CONSTRAINT ck_point_value_finite CHECK (abs(value) <= 1e300),
        CONSTRAINT fk_point_criterion_id FOREIGN KEY(criterion_id)
            REFERENCES scale (criterion_id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
    """
    CREATE TABLE score_evidence (
        option_id TEXT NOT NULL,
        criterion_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        evidence_id TEXT NOT NULL,
        CONSTRAINT pk_score_evidence PRIMARY KEY (option_id, criterion_id, place),
        CONSTRAINT fk_score_evidence_option_id_criterion_id FOREIGN KEY(option_id, criterion_id)
            REFERENCES score (option_id, criterion_id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT fk_score_evidence_evidence_id FOREIGN KEY(evidence_id)
            REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED
    )
     STRICT
    """,
)


def upgrade() -> None:
    """Make the tables in a file that holds nothing yet."""
    for table in TABLES:
        op.execute(table)
