"""Receives demands on every channel. Nothing it is sent is lost, believed or executed.

Takes: what a channel accepted, as bytes with the instant of their acceptance (``message.Incoming``): the body of an API
call, a mail, a paper order that a member of staff typed in with its scan.
Gives: one entered ``Demand`` for each (``service.receive``): the bytes kept as an exhibit, the form as read, what is
wrong with the message, how far the sender was verified, the four instants of receipt, the case that it repeats.
Never: judges a demand, fetches anything that a message names, follows a link, takes a sender's word for the channel,
executes a document, or refuses a message because it could not be read.

This module imports nothing on purpose: the confined child process that reads documents imports the package by name,
and each of its starts is paid for by whoever waits. The parts are named where they are used: ``message`` (what comes
in), ``reading`` (any bytes to a reading), ``service`` (keep, receive), ``desk`` (whose turn), ``smtp`` (mail receiver),
``registry_port`` (what it asks the registry), ``rules`` (pure judgement), ``errors``.
"""
