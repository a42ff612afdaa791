"""Copies of database and files that can be trusted, and the way back.

A backup is a folder, whole or not there at all:

    2026-11-25T14-07-00Z/
        manifest.json       what is in it, and the SHA-256 of every other file
        manifest.sha256     the SHA-256 of the manifest, as `sha256sum -c` reads it
        settings.json       how the portal was set up, without secrets
        database.sqlite3    or database.dump (pg_dump, custom format)
        media/…             uploaded files; unchanged ones are hard links to the backup before
        attachments/…       what members attached, in the same way
"""
