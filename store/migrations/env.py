"""Alembic's entry: runs on the connection that `store.migrate` hands over.

To write a new revision: `lapor migrate --new "what changes"`, then read it and run the store tests.
"""

from alembic import context
from sqlmodel import SQLModel

from store import tables

assert tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
