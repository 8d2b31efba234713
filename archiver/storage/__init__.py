"""Domain in, rows out: the only room that speaks SQL; imports the domain and the file lock."""
