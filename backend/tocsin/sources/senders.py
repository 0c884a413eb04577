"""Whose bytes are taken, where a source can be reached from other machines."""

import ipaddress
from collections.abc import Sequence


class Senders:
    """Networks by configuration; none named means anybody who can reach the address."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in networks]

    def __contains__(self, host: object) -> bool:
        if not self._networks:
            return True
        try:
            address = ipaddress.ip_address(str(host).partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)
