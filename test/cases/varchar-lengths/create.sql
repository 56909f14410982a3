-- 16,000 characters of four bytes are about as much as a row of MySQL can hold.
CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(0), w VARCHAR(1), x VARCHAR(255), y VARCHAR(16000));
INSERT INTO t VALUES (1, '', '🙂', REPEAT('é', 255), REPEAT('🙂', 16000)), (2, NULL, '', 'a', REPEAT('ab', 8000)), (3, '', 'z', '', '');
