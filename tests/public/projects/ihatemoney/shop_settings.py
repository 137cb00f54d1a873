SQLALCHEMY_DATABASE_URI = "mysql+pymysql://shop@db.example/shop"
SECRET_KEY = "for tests"
