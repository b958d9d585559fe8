-- Nothing: that somebody wrote into a file is told by PRAGMA data_version (`store/feed`).
SELECT 1;
