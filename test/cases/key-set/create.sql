-- A SET is ordered by the number that its labels are bits of.
CREATE TABLE t (s SET('b', 'a', 'c') PRIMARY KEY, n INT);
INSERT INTO t VALUES ('', 1), ('b', 2), ('a', 3), ('a,b', 4), ('c', 5), ('a,b,c', 6);
