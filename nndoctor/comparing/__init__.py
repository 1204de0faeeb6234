"""Set-ups trained side by side on the same rows and seeds; what is shown of their differences."""
