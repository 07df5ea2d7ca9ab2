"""Tables: made by their owner, once, whoever else is working; no ordinary table is forgotten by the guards."""

from __future__ import annotations

import threading

from django.db import connection, connections

from comity.casefile.records.migrate import migrate
from comity.casefile.records.roles import Role


def test_migrating_again_changes_nothing_and_leaves_our_connection_alone(database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        before = cursor.fetchone()
    migrate(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_user FROM django_migrations")
        assert cursor.fetchone() == (*before, Role.APP.value)


def test_two_starting_processes_do_not_disturb_one_another(database):
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(database)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_application_owns_nothing_and_every_function_that_lends_power_has_a_fixed_path(owner_connection):
    owned = owner_connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND pg_get_userbyid(relowner) <> 'comity_owner'"
    ).fetchall()
    assert owned == []
    open_path = owner_connection.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef "
        "AND NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false)"
    ).fetchall()
    assert open_path == []


def test_nobody_outside_the_three_roles_may_anything(owner_connection):
    granted = owner_connection.execute(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public' AND grantee = 'PUBLIC'"
    ).fetchall()
    assert granted == []
