-- The key is read on from as MySQL has it, whatever becomes of the value.
SET sql_mode = '';
CREATE TABLE t (k DATE PRIMARY KEY, n INT);
INSERT INTO t VALUES ('0000-00-00', 1), ('2020-00-10', 2), ('2020-01-00', 3), ('2020-01-01', 4), ('9999-12-31', 5);
