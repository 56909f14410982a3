CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(60));
INSERT INTO t VALUES (1, '''; DROP TABLE t; --'), (2, '"quoted" and `ticked`'), (3, 'back\\slash \\n \\u0041 \\'), (4, 'NULL'), (5, '\\N'), (6, ''), (7, NULL),
  (8, '$$ ${x} {{y}} %s ?'), (9, '/* c */ -- d # e'), (10, 'true'), (11, '0x41'), (12, '1e5'), (13, '{"a": 1}'), (14, '2024-01-01T00:00:00Z'), (15, 'null'), (16, ',;|');
