"""hours lost by a restore"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("channel") as batch_op:
        batch_op.add_column(
            sa.Column("lost_from", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("lost_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("channel") as batch_op:
        batch_op.drop_column("lost_until")
        batch_op.drop_column("lost_from")
