"""TCP ports on the loopback: which are free, and who holds the others."""

import socket

import psutil

LOOPBACK = "127.0.0.1"


def port_or_free(port: int) -> int:
    """Return `port`, or for 0 one that nobody listens on at this moment."""
    if port:
        return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Tell whether something already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Describe in Russian the process that listens on the port, as far as the operating system tells."""
    try:
        connections = psutil.net_connections("inet")
    except psutil.AccessDenied:
        return "неизвестным процессом"
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr
        if listens and connection.laddr[1] == port and connection.pid:
            return _describe(connection.pid)
    return "неизвестным процессом"


def _describe(pid: int) -> str:
    try:
        return f"процессом {psutil.Process(pid).name()} (pid {pid})"
    except psutil.Error:
        return f"процессом с pid {pid}"
