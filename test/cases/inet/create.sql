CREATE TABLE t (id INT PRIMARY KEY, a INET4, b INET6);
INSERT INTO t VALUES (1, '0.0.0.0', '::'), (2, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), (3, '10.0.0.1', '2001:DB8::FF00:42:8329'), (4, NULL, NULL), (5, '1.2.3.4', '::ffff:192.0.2.1');
