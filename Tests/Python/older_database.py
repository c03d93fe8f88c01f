"""Makes the database of a busy hub as the JupyterHub of this Python does: `python older_database.py FILE`.

Fifty users with a token each, five groups, a role of the hub's own with seven users, twelve running servers and, where
this JupyterHub has them, four shares.
"""

import datetime
import sys

from jupyterhub import orm, roles


def main(file: str) -> None:
    session = orm.new_session_factory(f"sqlite:///{file}")()
    for role in [*roles.get_default_roles(), {"name": "teachers", "description": "", "scopes": ["list:groups"]}]:
        roles.create_role(session, role)
    session.add(orm.OAuthClient(identifier="jupyterhub"))
    users = [orm.User(name=f"user-{number}") for number in range(50)]
    session.add_all(users)
    session.commit()
    for number in range(5):
        session.add(orm.Group(name=f"group-{number}", users=users[number * 10 : number * 10 + 10]))
    for number, user in enumerate(users):
        roles.grant_role(session, user, orm.Role.find(session, "user"))
        if number < 7:
            roles.grant_role(session, user, orm.Role.find(session, "teachers"))
        user.new_api_token(note="a program of theirs")
    for number, user in enumerate(users[:12]):
        spawner = orm.Spawner(name="", user=user, started=datetime.datetime(2026, 1, 1), state={"pid": 1})
        spawner.server = orm.Server(proto="http", ip="127.0.0.1", port=40_000 + number, base_url=f"/user/{user.name}/")
        session.add(spawner)
    session.commit()
    if hasattr(orm, "Share"):
        for number in range(4):
            spawner = session.query(orm.Spawner).filter_by(user=users[number]).first()
            orm.Share.grant(session, spawner, users[number + 20])
    session.commit()


if __name__ == "__main__":
    main(sys.argv[1])
