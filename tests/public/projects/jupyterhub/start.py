from jupyterhub.orm import Base
from sqlalchemy import create_mock_engine

engine = create_mock_engine("mysql+pymysql://", lambda ddl, *_, **__: print(f"{ddl.compile(dialect=engine.dialect)};"))
Base.metadata.create_all(engine, checkfirst=False)
