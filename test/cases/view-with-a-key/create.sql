CREATE TABLE base (id INT PRIMARY KEY, price DECIMAL(8,2), amount INT);
INSERT INTO base VALUES (1, 9.99, 3), (2, 0.01, 1), (3, NULL, 2);
CREATE VIEW v AS SELECT id, price * amount AS total, amount FROM base WHERE id < 3;
