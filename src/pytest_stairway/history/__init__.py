"""The revisions of a project, read from its files alone: no server, and no import where the files are plain."""
