-- MySQL dump 10.13  Distrib 9.7.4
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES (1,'ann'),(2,'bob');
UNLOCK TABLES;
