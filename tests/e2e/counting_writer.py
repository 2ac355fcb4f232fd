# SPDX-License-Identifier: Apache-2.0
"""Makes numbered ConfigMaps as fast as an API lets it, and prints the name of each that was acknowledged.

    counting_writer.py KUBECONFIG PREFIX SERVER...

Servers are asked in turn; one that does not answer costs its number, which is never used again. Runs until it is ended.
"""
import http.client
import itertools
import json
import pathlib
import sys
import urllib.parse

from live.api import access

PATH = "/api/v1/namespaces/default/configmaps"


def write(server, context, name):
    """Whether the server says that it is written."""
    address = urllib.parse.urlsplit(server)
    connection = http.client.HTTPSConnection(address.hostname, address.port, timeout=2, context=context)
    try:
        body = {"metadata": {"name": name}, "data": {"name": name}}
        connection.request("POST", PATH, json.dumps(body), {"Content-Type": "application/json"})
        return connection.getresponse().status == 201
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main():
    _, context = access(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    for number, server in zip(itertools.count(1), itertools.cycle(sys.argv[3:])):
        name = f"{sys.argv[2]}-{number}"
        if write(server, context, name):
            print(name, flush=True)


main()
