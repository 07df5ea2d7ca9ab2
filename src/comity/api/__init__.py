"""The authorities' door: a JSON API for their machines. It decides nothing and keeps nothing.

Takes calls of enrolled clients (OAuth2 client credentials, one authority a client), hands their bytes unread to the
docket, and shows what the docket answers. It never parses an order, never sets a cookie, and never tells an order that
does not exist from one that is another's.
"""
