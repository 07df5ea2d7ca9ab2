"""The staff's door: docket, case, decision, registry, rules, complaints, paper orders, log.

Takes what a logged-in member of staff asks for or commands; gives pages. It decides nothing: every command goes to the
object behind ``commands.Commands``, which refuses whatever this person may not do. It keeps no table of its own.
"""
