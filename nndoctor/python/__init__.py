"""The functions of `api` as Python wants them: any source in, a result that shows itself out."""
