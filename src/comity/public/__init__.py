"""The door for anybody: checkpoints and tiles of the log, the contact point, the complaint form.

Takes addresses and a complaint with the token of a notice; gives pages and files. It never says whether a token, a
case or a person exists, keeps no session, and asks only the object behind ``commands.PublicCommands``.
"""
