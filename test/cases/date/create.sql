-- Both calendars are Gregorian all the way back: the ten days of 1582 exist, and 1900 is no leap year.
CREATE TABLE t (id INT PRIMARY KEY, d DATE DEFAULT '2024-02-29');
INSERT INTO t VALUES (1, '0001-01-01'), (2, '9999-12-31'), (3, '1970-01-01'), (4, NULL), (5, '1969-12-31'), (6, '1582-10-10'),
  (7, '2000-02-29'), (8, '1900-02-28'), (9, '0400-02-29'), (10, '1000-01-01');
INSERT INTO t (id) VALUES (11);
