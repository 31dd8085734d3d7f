"""Long work: it takes minutes, may be killed at any moment, and is watched on a page.

A row of `Job` is one piece of it. To add a kind: write one function that takes a Run, mark it with
`long_work`, and name it in settings.JOB_KINDS.

kinds       what kinds there are: the function, who may see one, how long it is kept
models      the row: what was asked, how far it is, what became of it
operations  start, cancel, resume what dead workers left, forget in time
running     one worker's hold of a job, and the function's part in it
tasks       what the queue and the tick call
admin       the page that shows progress and ends by itself
"""
