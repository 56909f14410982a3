-- In the axis order of the reference system, as it was written: latitude first for 4326.
CREATE TABLE t (id INT PRIMARY KEY, p POINT SRID 4326, q GEOMETRY);
INSERT INTO t VALUES (1, ST_GeomFromText('POINT(52.5 13.4)', 4326), ST_GeomFromText('POINT(1 2)', 3857)), (2, NULL, NULL);
