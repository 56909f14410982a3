-- An ENUM is ordered by the place of its label.
CREATE TABLE t (e ENUM('z', 'a', 'it''s', 'ö', '') PRIMARY KEY, n INT);
INSERT INTO t VALUES ('a', 1), ('z', 2), ('it''s', 3), ('', 4), ('ö', 5);
