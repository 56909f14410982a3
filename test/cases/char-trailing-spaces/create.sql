-- CHAR is padded when stored and stripped when read: that is MySQL's own answer, not ours.
CREATE TABLE t (id INT PRIMARY KEY, c CHAR(5) DEFAULT 'x', e CHAR(0));
INSERT INTO t VALUES (1, 'a', ''), (2, 'a    ', ''), (3, '', NULL), (4, NULL, NULL), (5, 'abcde', ''), (6, '  a', ''), (7, '     ', ''), (8, '漢字🙂漢字', '');
INSERT INTO t (id) VALUES (9);
