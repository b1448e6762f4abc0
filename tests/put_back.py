"""A test that commits leaves the database as it found it: with what a new installation begins with.

Django would empty all tables and emit ``post_migrate``, so that permissions and groups are made anew: a third of a
second for each such test. Here SQLite gets its file back, and PostgreSQL the rows that differ.
"""

from django.db import connection

from tests import prepared

TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1
"""
FUNCTION = """
    CREATE SCHEMA kept;
    CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        name text;
        differs boolean;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
            EXECUTE format(
                'SELECT EXISTS (TABLE public.%1$I EXCEPT TABLE kept.%1$I)
                    OR EXISTS (TABLE kept.%1$I EXCEPT TABLE public.%1$I)', name) INTO differs;
            IF differs THEN
                EXECUTE format('DELETE FROM public.%I', name);
                EXECUTE format('INSERT INTO public.%1$I TABLE kept.%1$I', name);
            END IF;
        END LOOP;
    END $$;
"""


def keep() -> None:
    """Remember how the database stands, right after the migrations."""
    if connection.vendor == "sqlite":
        return  # tests.prepared has it
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        cursor.execute(TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')


def put_back() -> None:
    if connection.vendor == "sqlite":
        connection.close()  # a failed test may have left a statement that was not read to its end
        connection.ensure_connection()
        prepared.put_back(connection.connection)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT kept.put_back()")
