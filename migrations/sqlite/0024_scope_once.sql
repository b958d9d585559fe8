-- The scope of a file is a view that is looked up once a statement; a server got the same with its migration of this number.
SELECT 1;
