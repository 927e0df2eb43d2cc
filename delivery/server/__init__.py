"""The web server of the cluster: uvicorn, with the page cache answering at its door."""
