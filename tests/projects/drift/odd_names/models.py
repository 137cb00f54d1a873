"""Names and texts that break what does not quote: quotes, backticks, percent signs, colons, non-ASCII."""

import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):  # expect: drift-changed drift-missing drift-missing drift-missing
    __tablename__ = "or`der's \"50%\" :x é日"
    __table_args__ = (
        sa.Index("i`x 50%'s :é", "na`me's 50%:x \"é"),
        sa.UniqueConstraint("st%ate", name="u'q% `:é\""),
        {"comment": "t'c 100% `:x é"},
    )
    id = sa.Column("i d", sa.Integer, primary_key=True)
    name = sa.Column(
        "na`me's 50%:x \"é",
        sa.String(60),
        nullable=False,
        server_default="it's 50% `é` :x \"q\"",
        comment="o'clock 100% `x` :y é",
    )
    state = sa.Column("st%ate", sa.Enum("it's", "50%", "a`b", ":c", 'q"q', "é日", name="state"), nullable=False)
