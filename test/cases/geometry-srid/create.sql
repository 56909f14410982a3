-- MySQL prints latitude first where the reference system has it so; Snowflake's WKT has longitude first, as it is stored.
CREATE TABLE t (id INT PRIMARY KEY, p POINT SRID 4326, q GEOMETRY);
INSERT INTO t VALUES (1, ST_GeomFromText('POINT(52.5 13.4)', 4326), ST_GeomFromText('POINT(1 2)', 3857)), (2, NULL, NULL);
