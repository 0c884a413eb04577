"""The doors to people: pages, REST, sockets."""
