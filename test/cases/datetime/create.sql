-- A wall clock without a zone: the hours that daylight saving leaves out or has twice are like any other.
CREATE TABLE t (id INT PRIMARY KEY, s DATETIME(6) DEFAULT '2024-01-02 03:04:05.678');
INSERT INTO t VALUES (1, '0001-01-01 00:00:00'), (2, '9999-12-31 23:59:59.999999'), (3, '2024-03-31 02:30:00'), (4, NULL), (5, '2024-10-27 02:30:00'),
  (6, '1969-12-31 23:59:59.999999'), (7, '1970-01-01 00:00:00.000001'), (8, '1582-10-10 10:10:10.000010'), (9, '1883-11-18 12:03:58'), (10, '2016-12-31 23:59:59.5');
INSERT INTO t (id) VALUES (11);
