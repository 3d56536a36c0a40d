"""A name server on loopback with a zone in memory."""

import contextlib
import socket
import threading

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


@contextlib.contextmanager
def name_server(zone):
    """Answer from the zone, which maps (name, type) to texts; what is not in it does not exist. Gives its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, zone, ended))
        thread.start()
        try:
            yield "{}:{}".format(*server.getsockname())
        finally:
            ended.set()
            thread.join()


def _serve(server, zone, ended):
    while not ended.is_set():
        try:
            packet, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        query = dns.message.from_wire(packet)
        name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
        response = dns.message.make_response(query)
        records = zone.get((name.to_text(omit_final_dot=True).lower(), kind))
        if records:
            texts = [_strings(one) if kind == "TXT" else one for one in records]
            response.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, texts))
        else:
            response.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(response.to_wire(), client)


def _strings(text):
    """A TXT record as strings of at most 255 bytes (RFC 1035 §3.3.14)."""
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
