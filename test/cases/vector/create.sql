-- VECTOR_TO_STRING prints six digits; a VECTOR holds floats, which have more.
CREATE TABLE t (id INT PRIMARY KEY, v VECTOR(3));
INSERT INTO t VALUES (1, STRING_TO_VECTOR('[1, 2.5, -3]')), (2, STRING_TO_VECTOR('[16777215, 0.1, -1e-30]')), (3, NULL);
