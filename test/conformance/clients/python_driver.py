"""Drives the Python connector and Snowpark: a JSON command a line on stdin, a JSON reply a line on stdout."""

import base64
import datetime
import decimal
import json
import sys
import time

import snowflake.connector
from snowflake.connector import errors

connections = {}
snowpark = {}


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


VALUES = {
    "null": lambda value: None,
    "string": str,
    "int": int,
    "decimal": decimal.Decimal,
    "double": float,
    "boolean": lambda value: value == "true",
    "bytes": bytes.fromhex,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timestamp": datetime.datetime.fromisoformat,
}


def bound(binds):
    return [VALUES[kind](value) for kind, value in binds]


def reported(cursor):
    # The description of an asynchronous query is there after its rows only.
    rows = [[text(cell) for cell in row] for row in cursor.fetchall()]
    columns = [
        [c.name, c.type_code, c.precision, c.scale, c.internal_size, c.is_nullable]
        for c in cursor.description or []
    ]
    return {"columns": columns, "rows": rows, "count": cursor.rowcount, "queryId": cursor.sfqid}


def connect(c):
    options = dict(c["options"])
    if "private_key" in options:
        options["private_key"] = base64.b64decode(options["private_key"])
    connection = snowflake.connector.connect(**options)
    connections[c["id"]] = connection
    return [connection.database, connection.schema, connection.user, connection.role]


def query(c):
    with connections[c["id"]].cursor() as cursor:
        options = c.get("options", {})
        cursor.execute(c["sql"], bound(c["binds"]) if "binds" in c else None, **options)
        return reported(cursor)


def many(c):
    with connections[c["id"]].cursor() as cursor:
        cursor.executemany(c["sql"], [bound(row) for row in c["rows"]])
        return cursor.rowcount


def multiple(c):
    with connections[c["id"]].cursor() as cursor:
        binds = bound(c["binds"]) if "binds" in c else None
        cursor.execute(c["sql"], binds, num_statements=c["count"])
        results = [reported(cursor)]
        while cursor.nextset():
            results.append(reported(cursor))
        return results


def describe(c):
    with connections[c["id"]].cursor() as cursor:
        return [
            [d.name, d.type_code, d.precision, d.scale, d.internal_size, d.is_nullable]
            for d in cursor.describe(c["sql"])
        ]


def start(c):
    with connections[c["id"]].cursor() as cursor:
        cursor.execute_async(c["sql"])
        return cursor.sfqid


def fetch(c):
    with connections[c["id"]].cursor() as cursor:
        cursor.get_results_from_sfqid(c["query"])
        return reported(cursor)


def status(c):
    return connections[c["id"]].get_query_status(c["query"]).name


def cancel(c):
    cursor = connections[c["id"]].cursor()
    cursor.execute_async(c["sql"])
    time.sleep(c["seconds"])
    aborted = cursor.abort_query(cursor.sfqid)
    try:
        fetch({"id": c["id"], "query": cursor.sfqid})
    except errors.Error as error:
        return [aborted, error.errno, error.sqlstate]
    return [aborted]


def count(c):
    with connections[c["id"]].cursor() as cursor:
        cursor.execute(c["sql"])
        rows = 0
        total = 0
        for row in cursor:
            rows += 1
            total += row[0]
        return [rows, total]


def change(c):
    connection = connections[c["id"]]
    getattr(connection, c["what"])(*c.get("arguments", []))


def close(c):
    connections.pop(c["id"]).close()


def session(c):
    """A Snowpark session over the connection of that name: what its data frames come to."""
    from snowflake.snowpark import Session
    from snowflake.snowpark.functions import col, sum as total

    made = Session.builder.configs({"connection": connections[c["id"]]}).create()
    frame = made.create_dataframe([[1, "a"], [2, "b"], [3, "b"]], schema=["N", "T"])
    frame.write.mode("overwrite").save_as_table(c["table"])
    table = made.table(c["table"])
    grouped = table.filter(col("N") > 0).group_by("T").agg(total("N").alias("S")).sort("T").collect()
    return {
        "schema": [made.get_current_database(), made.get_current_schema()],
        "rows": [[row["T"], int(row["S"])] for row in grouped],
        "count": table.count(),
        "sql": [list(row.as_dict().values()) for row in made.sql("select 1 as a, 'x' as b").collect()],
        "fields": [[field.name, str(field.datatype)] for field in table.schema.fields],
    }


OPERATIONS = {
    f.__name__: f
    for f in (connect, query, many, multiple, describe, start, fetch, status, cancel, count, change, close, session)
}

for line in sys.stdin:
    try:
        command = json.loads(line)
        reply = {"ok": OPERATIONS[command["op"]](command)}
    except errors.Error as error:
        reply = {"error": str(error.msg), "code": error.errno, "state": error.sqlstate, "kind": type(error).__name__}
    except Exception as error:
        reply = {"error": str(error), "kind": type(error).__name__}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
