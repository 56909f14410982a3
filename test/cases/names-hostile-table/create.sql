CREATE TABLE `we"ird ;t``able'` (id INT PRIMARY KEY, v INT);
INSERT INTO `we"ird ;t``able'` VALUES (1, 2);
