"""Who is signed in at the portal: Flask-Login in front, our own list of sessions behind it."""

from flask import Flask, has_request_context
from flask_login import LoginManager, UserMixin, current_user

from pikflow.host.demo import People
from pikflow.host.sessions import Sessions
from pikflow.identity import Actor


class SignedIn(UserMixin):
    """Flask-Login's view of a person."""

    def __init__(self, actor: Actor) -> None:
        self.id = actor.id
        self.actor = actor


class DemoIdentity:
    """The IdentityProvider of the demo: persons come from its data files."""

    def __init__(self, people: People) -> None:
        self.people = people

    def current_actor(self) -> Actor | None:
        if not has_request_context() or not current_user.is_authenticated:
            return None
        return current_user.actor

    def actor(self, actor_id: str) -> Actor | None:
        return self.people.actors.get(actor_id)

    def members(self, role: str, organisation_id: str) -> list[Actor]:
        found = (
            actor
            for actor in self.people.actors.values()
            if role in actor.roles and actor.organisation.id == organisation_id
        )
        return sorted(found, key=lambda actor: actor.name)


def install(app: Flask, people: People, sessions: Sessions) -> LoginManager:
    """Let Flask-Login ask our list of sessions who a request belongs to."""
    manager = LoginManager()
    manager.session_protection = None  # binds to address and browser; our sessions can be revoked
    manager.init_app(app)

    @manager.request_loader
    def find(request: object) -> SignedIn | None:
        person = people.actors.get(sessions.person() or "")
        return SignedIn(person) if person else None

    return manager
