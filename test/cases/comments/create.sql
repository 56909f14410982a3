CREATE TABLE t (id INT PRIMARY KEY COMMENT 'the key', v INT COMMENT 'it''s a "value" \\ of `v`', w INT COMMENT 'ключ; -- $$', x INT COMMENT 'two\nlines');
INSERT INTO t VALUES (1, 2, 3, 4);
