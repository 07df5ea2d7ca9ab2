"""What a process that reads hostile bytes may still do: compute, and answer.

Takes: the process itself, before it reads the first byte (``confine.confine``), and limits of memory, time and answer.
Gives: a process without network, without other programs, without files to write; there is no way back.
Never: starts a process, reads anything, knows what is read.

The rooms that read what strangers send (documents in ``intake``, pictures and films in ``matching``) each have a child
program of their own; what such a child gives up stands here once. This module imports nothing: every start of a child
is paid for by whoever waits.
"""
