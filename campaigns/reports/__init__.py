"""Reports: one function each that gives typed rows; the command and the pages only render them."""
