-- One code point is one character on both sides, whatever UTF-16 makes of it: VARCHAR(1) holds each of the first three.
CREATE TABLE t (id INT PRIMARY KEY, one VARCHAR(1), v VARCHAR(20)) CHARACTER SET utf8mb4;
INSERT INTO t VALUES (1, '🙂', '🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂'), (2, '𝄞', '👨‍👩‍👧‍👦'), (3, _utf8mb4 x'F48FBFBF', _utf8mb4 x'F0908080'), (4, NULL, NULL), (5, 'a', '𠮷野家');
