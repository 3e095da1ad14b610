"""All tables. Hot state is small and rewritten whole; history is rows that are only appended.

Words: an instance is a case ("Vorgang"), a user task an "Aufgabe". Ids of tasks are the engine's.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
)

from pikflow.store.base import Id, Line, Money, UtcTime, Values

metadata = MetaData()

schema = Table(
    "pik_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", UtcTime, nullable=False),
)

# --- organisations and people ------------------------------------------------------------------

organisation = Table(
    "pik_organisation",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("parent_id", String(40), index=True),
    Column("ags", String(8), nullable=False, default="", index=True),
    Column("population", Integer),
    Column("active", Boolean, nullable=False, default=True),
    Column("source", String(40), nullable=False, default=""),  # who maintains it: "gv100ad", "demo"
    Column("profile", Values),  # master data it gave before: address, bank, contact
    Index("pik_organisation_kind", "kind", "active"),
)

person = Table(
    "pik_person",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("office", String(200), nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
)

membership = Table(
    "pik_membership",
    metadata,
    Column("person_id", ForeignKey("pik_person.id"), primary_key=True),
    Column("organisation_id", ForeignKey("pik_organisation.id"), primary_key=True),
    Column("role", String(40), primary_key=True),
    Index("pik_membership_role", "organisation_id", "role"),
)

saved_filter = Table(
    "pik_saved_filter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("list", String(12), nullable=False),  # tasks, cases
    Column("owner_id", String(80), nullable=False),
    Column("owner_name", Line(200), nullable=False),
    Column("organisation_id", String(40), nullable=False),
    Column("name", Line(60), nullable=False),
    Column("query", Text, nullable=False),  # of the address: "massnahme=x&phase=y"
    Column("shared", Boolean, nullable=False, default=False),
    Column("first", Boolean, nullable=False, default=False),
    Column("saved_at", UtcTime, nullable=False),
    UniqueConstraint("organisation_id", "owner_id", "list", "name"),
)

# --- definitions -------------------------------------------------------------------------------

content = Table(
    "pik_content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

deployment = Table(
    "pik_deployment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("actor_id", String(80), nullable=False, default=""),
    Column("actor_name", String(200), nullable=False, default="", server_default=""),
    Column("reason", Text, nullable=False, default="", server_default=""),
)

deployment_file = Table(
    "pik_deployment_file",
    metadata,
    Column("deployment_id", ForeignKey("pik_deployment.id"), primary_key=True),
    Column("path", String(300), primary_key=True),
    Column("sha256", ForeignKey("pik_content.sha256"), nullable=False),
)

definition = Table(
    "pik_process_definition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("name", Line(300), nullable=False, default=""),
    Column("deployment_id", ForeignKey("pik_deployment.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("key", "version", name="pik_process_definition_version"),
    Index("pik_process_definition_hash", "key", "hash"),
)

# --- designs: changed files on top of a deployment ----------------------------------------------

design = Table(
    "pik_design",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Line(200), nullable=False),
    Column("owner_id", String(80), nullable=False, index=True),
    Column("owner_name", Line(200), nullable=False),
    Column("shared", Boolean, nullable=False, default=False),
    Column("state", String(12), nullable=False, default="open"),  # then deployed or discarded
    Column("base_id", ForeignKey("pik_deployment.id")),  # NULL: nothing was deployed yet
    Column("deployment_id", ForeignKey("pik_deployment.id")),  # what it became
    Column("created_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

design_change = Table(
    "pik_design_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("design_id", ForeignKey("pik_design.id"), nullable=False, index=True),
    Column("command", String(20), nullable=False),
    Column("path", Line(300), nullable=False, default=""),
    Column("note", Line(500), nullable=False, default=""),
    Column("actor_id", String(80), nullable=False),
    Column("actor_name", Line(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

design_file = Table(
    "pik_design_file",
    metadata,
    Column("design_id", ForeignKey("pik_design.id"), primary_key=True),
    Column("path", String(300), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),  # counts up, none is lost
    Column("change_id", ForeignKey("pik_design_change.id"), nullable=False),
    Column("state", String(12), nullable=False),  # changed, removed, or base: as deployed
    Column("sha256", String(64), nullable=False, default=""),
    Column("data", LargeBinary),  # compressed; only of a changed file
)

design_presence = Table(
    "pik_design_presence",
    metadata,
    Column("design_id", ForeignKey("pik_design.id"), primary_key=True),
    Column("person_id", String(80), primary_key=True),
    Column("name", Line(200), nullable=False),
    Column("path", Line(300), nullable=False, default=""),  # the file that is open, "" for none
    Column("seen_at", UtcTime, nullable=False),
)

# --- rounds ------------------------------------------------------------------------------------

funding_round = Table(
    "pik_round",
    metadata,
    Column("id", Id, primary_key=True),
    Column("measure", String(60), nullable=False),
    Column("year", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("state", String(12), nullable=False, default="open"),
    Column("budget", Money),
    Column("opens", Date),
    Column("deadline", Date),
    Column("data", Values, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("measure", "year", name="pik_round_year"),
)

round_budget = Table(
    "pik_round_budget",
    metadata,
    Column("round_id", ForeignKey("pik_round.id"), primary_key=True),
    Column("organisation_id", String(40), primary_key=True),
    Column("amount", Money),
    Column("data", Values, nullable=False),  # what else the round says about this applicant
)

round_change = Table(
    "pik_round_change",
    metadata,
    Column("id", Id, primary_key=True),
    Column("round_id", ForeignKey("pik_round.id"), nullable=False, index=True),
    Column("changes", Values, nullable=False),  # name -> [before, after]
    Column("reason", Text, nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# --- cases -------------------------------------------------------------------------------------

_LISTED = ("carrier_id", "state", "phase", "year", "parent_id", "amount")
instance = Table(
    "pik_process_instance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(60), nullable=False, unique=True),
    Column("start_key", String(200), unique=True),  # one case per measure, round and applicant
    Column("measure", String(60), nullable=False),
    Column("round_id", ForeignKey("pik_round.id")),
    Column("year", Integer),
    Column("definition_id", ForeignKey("pik_process_definition.id"), nullable=False),
    Column("process", String(100), nullable=False),
    Column("organisation_id", ForeignKey("pik_organisation.id"), nullable=False),
    Column("carrier_id", String(40), nullable=False, default=""),  # owner of the calling case
    Column("parent_id", ForeignKey("pik_process_instance.id")),
    Column("parent_task", String(60), nullable=False, default=""),
    Column("title", Line(300), nullable=False, default=""),
    Column("state", String(12), nullable=False, default="open"),
    Column("outcome", Line(200), nullable=False, default=""),
    Column("phase", String(60), nullable=False, default=""),
    Column("amount", Money),
    Column("approved", Money),  # what counts against the applicant's budget of the round
    Column("stopped", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1),
    Column("engine_version", String(20), nullable=False, default=""),
    Column("engine_state", LargeBinary),  # bytes, never JSON: key order matters to the engine
    Column("data", Values, nullable=False),
    Column("waiting", Values, nullable=False),  # messages offered now
    Column("started_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    # Open cases before ended ones. What lists filter and security asks for stands in the indexes:
    # the rows are wide.
    Column("ended", Integer, Computed("CASE WHEN state = 'open' THEN 0 ELSE 1 END")),
    Index("pik_instance_of_all", "ended", "id", "organisation_id", "measure", *_LISTED),
    Index("pik_instance_of_owner", "organisation_id", "ended", "id", "measure", *_LISTED),
    Index("pik_instance_of_measure", "measure", "ended", "id", "organisation_id", *_LISTED),
    Index("pik_instance_carrier", "carrier_id", "state", "id"),
    Index("pik_instance_parent", "parent_id", "parent_task", "state"),
    Index("pik_instance_round", "round_id", "organisation_id"),
)

number = Table(
    "pik_number",
    metadata,
    Column("prefix", String(60), primary_key=True),
    Column("last", Integer, nullable=False),
)

user_task = Table(
    "pik_user_task",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False),
    Column("element", String(100), nullable=False),
    Column("name", Line(300), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("lane", String(100), nullable=False),
    Column("role", String(40), nullable=False),
    Column("audience", String(60), nullable=False),
    Column("phase", String(60), nullable=False, default=""),
    Column("state", String(12), nullable=False, default="open"),
    Column("due", Date),
    Column("claimed_by", String(80), nullable=False, default=""),
    Column("claimed_name", String(200), nullable=False, default=""),
    Column("claimed_at", UtcTime),
    Column("follow_up", Date),
    Column("follow_up_note", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("details", Values, nullable=False),  # form, scope, attributes, path
    # The case's, for row-level security, which can't ask the case: that one asks its tasks.
    Column("organisation_id", String(40), nullable=False, server_default=""),
    Column("carrier_id", String(40), nullable=False, server_default=""),
    Column("measure", String(60), nullable=False, server_default=""),
    Column("urgency", Date, Computed("coalesce(due, '9999-12-31')")),  # no deadline: sorted last
    Index("pik_user_task_instance", "instance_id", "state"),
)
# Written out, because an index that holds only the open tasks is used by no bound value.
is_open = user_task.c.state == literal_column("'open'")
is_taken = user_task.c.claimed_by != literal_column("''")
Index(
    "pik_user_task_open",
    *(user_task.c[name] for name in ("audience", "role", "urgency", "created_at", "instance_id")),
    *(user_task.c[name] for name in ("id", "claimed_by", "follow_up", "phase", "measure")),
    *(user_task.c[name] for name in ("organisation_id", "carrier_id")),  # for its policy
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "pik_user_task_waiting",
    *(user_task.c[name] for name in ("measure", "name", "lane", "phase", "urgency", "created_at")),
    *(user_task.c[name] for name in ("organisation_id", "carrier_id", "audience")),
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "pik_user_task_mine",
    user_task.c.claimed_by,
    sqlite_where=and_(is_open, is_taken),
    postgresql_where=and_(is_open, is_taken),
)

completion = Table(
    "pik_completion",
    metadata,
    Column("task_id", String(60), primary_key=True),
    Column("key", String(100), nullable=False, unique=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("answer", Values, nullable=False),
)

answers = Table(
    "pik_answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False),
    Column("result", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("task_id", String(60), nullable=False),
    Column("element", String(100), nullable=False),
    Column("name", Line(300), nullable=False, default=""),
    Column("form", String(100), nullable=False),
    Column("values", Values, nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("office", String(200), nullable=False, default=""),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("instance_id", "result", "version", name="pik_answers_version"),
)

history = Table(
    "pik_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False),
    Column("step", Integer, nullable=False),  # the row version this step led to
    Column("task_id", String(60), nullable=False, default=""),
    Column("element", String(100), nullable=False, default=""),
    Column("kind", String(40), nullable=False),
    Column("name", Line(300), nullable=False, default=""),
    Column("lane", String(100), nullable=False, default=""),
    Column("process", String(100), nullable=False, default=""),
    Column("path", Line(500), nullable=False, default=""),
    Column("phase", String(60), nullable=False, default=""),
    Column("state", String(12), nullable=False, default="completed"),
    Column("at", UtcTime, nullable=False),
    Column("actor_id", String(80), nullable=False, default=""),
    Column("actor_name", String(200), nullable=False, default=""),
    Column("organisation_id", String(40), nullable=False, default=""),
    Column("organisation_name", String(200), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("result", String(100), nullable=False, default=""),
    Column("result_version", Integer, nullable=False, default=0),
    Column("snapshot", LargeBinary),  # state and data after the step, compressed; one row per step
    Index("pik_history_step", "instance_id", "step", "id"),
    Index("pik_history_person", "instance_id", "element", "actor_id", "id"),
)

draft = Table(
    "pik_draft",
    metadata,
    Column("task_id", String(60), primary_key=True),
    Column("values", Values, nullable=False),
    Column("actor_id", String(80), nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False, default=1),
)

file = Table(
    "pik_file",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("actor_id", String(80), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# --- background work ---------------------------------------------------------------------------

timer = Table(
    "pik_timer",
    metadata,
    Column("instance_id", ForeignKey("pik_process_instance.id"), primary_key=True),
    Column("due", UtcTime, nullable=False, index=True),
    Column("element", String(100), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
)

subscription = Table(
    "pik_subscription",
    metadata,
    Column("event_id", String(60), primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Index("pik_subscription_event", "kind", "name", "key"),
)

job = Table(
    "pik_outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(160), nullable=False, unique=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False),
    Column("payload", Values, nullable=False),  # ids only, never personal data
    Column("state", String(12), nullable=False, default="waiting"),
    Column("due", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String(80), nullable=False, default=""),
    Column("lease_until", UtcTime),
    Column("error", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("announced_at", UtcTime),  # when the job runner was last told, by the database's clock
    Index("pik_outbox_due", "state", "due"),
    Index("pik_outbox_instance", "instance_id", "state"),
)

incident = Table(
    "pik_incident",
    metadata,
    Column("id", Id, primary_key=True),
    Column("instance_id", ForeignKey("pik_process_instance.id"), nullable=False, index=True),
    Column("job_id", Id),
    Column("kind", String(40), nullable=False),
    Column("code", Line(80), nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("at", UtcTime, nullable=False),
    Column("resolved_at", UtcTime),
)

worker = Table(
    "pik_worker",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("runner", String(20), nullable=False),
    Column("started_at", UtcTime, nullable=False),  # both by the database's clock
    Column("seen_at", UtcTime, nullable=False),
)

lease = Table(
    "pik_lease",
    metadata,
    Column("name", String(40), primary_key=True),  # what only one worker at a time does
    Column("owner", String(80), nullable=False),
    Column("until", UtcTime, nullable=False),  # by the database's clock
)

setting = Table(
    "pik_setting",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("value", Values, nullable=False),
)
