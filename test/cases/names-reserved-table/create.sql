CREATE TABLE `order` (id INT PRIMARY KEY, `group` INT);
INSERT INTO `order` VALUES (1, 2);
