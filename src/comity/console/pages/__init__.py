"""One module a page. Each reads what was asked, gives it to the docket, shows what came back."""
