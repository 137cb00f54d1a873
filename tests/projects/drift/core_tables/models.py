import sqlalchemy as sa


class Base:
    metadata = sa.MetaData()


users = sa.Table(  # expect: drift-missing
    "users",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(64)),
)
files = sa.Table("files", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
