"""Files that people gave, kept in the private storage by what they hold.

kinds    what a file is, by its first bytes and not by its name
keeping  into the storage under the hash of its content, and out of it
bucket   where a bucket of S3 is the storage
links    signed addresses at which a stranger may fetch one file
serving  a file, or the part of it that is asked for, to a browser
views    what answers at signed addresses
"""
