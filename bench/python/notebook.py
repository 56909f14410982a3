"""The cells of the Python notebook: pandas reads the table, Pyjnius builds a HashMap for each row.

Told what to do by the variables of bench/programs.mjs; prints a line with the time when the channel is open and when it
is closed.
"""

import os
import time

import jnius_config


def variable(name):
    return os.environ["BENCH_" + name]


def say(event):
    print(f"bench {event} {int(time.time() * 1000)}", flush=True)


jnius_config.set_classpath(*variable("CLASS_PATH").split(os.pathsep))
# Nothing that changes the speed: where the SDK's logs go.
jnius_config.add_options(*variable("LOG_OPTIONS").split("\n"))

import mysql.connector  # noqa: E402
import pandas as pd  # noqa: E402
from jnius import autoclass  # noqa: E402

Properties = autoclass("java.util.Properties")
HashMap = autoclass("java.util.HashMap")
ArrayList = autoclass("java.util.ArrayList")
String = autoclass("java.lang.String")
ZoneId = autoclass("java.time.ZoneId")
ClientFactory = autoclass("net.snowflake.ingest.streaming.SnowflakeStreamingIngestClientFactory")
OpenChannelRequest = autoclass("net.snowflake.ingest.streaming.OpenChannelRequest")
OnErrorOption = autoclass("net.snowflake.ingest.streaming.OpenChannelRequest$OnErrorOption")

props = Properties()
for key in ("url", "user", "role", "private_key"):
    props.put(key, variable(key.upper()))
props.put("authorization_type", "JWT")
client = ClientFactory.builder("NOTEBOOK").setProperties(props).build()

channel = client.openChannel(
    OpenChannelRequest.builder("NOTEBOOK_CHANNEL")
    .setDBName(variable("DATABASE"))
    .setSchemaName(variable("SCHEMA"))
    .setTableName(variable("TARGET"))
    .setOnErrorOption(OnErrorOption.CONTINUE)
    .setDefaultTimezone(ZoneId.of("UTC"))
    .build()
)

connection = mysql.connector.connect(
    host="127.0.0.1",
    port=int(variable("MYSQL_PORT")),
    user=variable("MYSQL_USER"),
    password=variable("MYSQL_PASSWORD"),
    database=variable("MYSQL_DATABASE"),
)
say("open")
columns = variable("COLUMNS").split(",")
names = variable("NAMES").split(",")
table = pd.read_sql(
    f"SELECT {', '.join(columns)} FROM {variable('SOURCE')} ORDER BY {variable('KEY')}", connection
)


def text(value):
    """What the notebook's own columns do not hold: nulls, bytes, and times, which the SDK takes in ISO 8601."""
    if pd.isna(value):
        return None
    if isinstance(value, (bytes, bytearray)):
        return String(value.hex())
    return String(value.isoformat() if hasattr(value, "isoformat") else str(value))


bulk_rows = ArrayList()
for index, source in table.iterrows():
    row = HashMap()
    for column, name in zip(columns, names):
        row.put(name, text(source[column]))
    bulk_rows.add(row)
response = channel.insertRows(bulk_rows, "0")
if response.hasErrors():
    raise SystemExit(response.getInsertErrors().get(0).getMessage())
channel.close().get()
say("closed")
client.close()
