-- An index over the beginning of a text says nothing of the whole.
CREATE TABLE t (a VARCHAR(20) NOT NULL, UNIQUE KEY (a(3)));
INSERT INTO t VALUES ('abcdef');
