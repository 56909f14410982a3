-- b'110000' is 48 and the character 0 as a byte: a number, not a text.
CREATE TABLE t (id INT PRIMARY KEY, b BIT(8) DEFAULT b'101');
INSERT INTO t VALUES (1, b'0'), (2, b'11111111'), (3, b'110000'), (4, NULL), (5, b'1');
INSERT INTO t (id) VALUES (6);
