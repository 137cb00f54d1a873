from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

UTF8MB4 = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
Base = declarative_base()


class Role(Base):  # expect: drift-changed
    __tablename__ = "roles"
    __table_args__ = UTF8MB4
    name = Column(String(64), primary_key=True)


# A column of each follows, so the foreign key stands in the way; that of id does not.
class User(Base):  # expect: drift-changed
    __tablename__ = "users"
    __table_args__ = UTF8MB4
    id = Column(Integer, primary_key=True)
    role = Column(ForeignKey("roles.name", name="fk_users_role"))
    manager_id = Column(ForeignKey("users.id", name="fk_users_manager"))
