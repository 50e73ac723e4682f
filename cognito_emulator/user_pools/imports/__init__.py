"""User import jobs: the file and its address (`upload`), its rows (`rows`), the work in the background (`worker`)."""
