"""The process that draws a page or a picture with black regions. It has no network, no files, little memory and time.

It takes one question on standard input (a line of JSON, then the file) and gives the drawn file on standard output, or
ends with a status that is not 0.
"""
