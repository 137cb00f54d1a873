from mlflow.store.tracking.dbmodels.initial_models import Base
def install(connection):
    Base.metadata.create_all(connection)
