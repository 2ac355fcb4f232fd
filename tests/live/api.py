# SPDX-License-Identifier: Apache-2.0
"""What it takes to ask a cluster's API without kubectl."""
import base64
import ssl
import tempfile

import yaml


def access(kubeconfig):
    """Of a kubeconfig's text with one entry: the server's URL, and the administrator's TLS context."""
    entry = yaml.safe_load(kubeconfig)
    cluster, user = entry["clusters"][0]["cluster"], entry["users"][0]["user"]
    context = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
    with tempfile.NamedTemporaryFile() as both:
        both.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
        both.flush()
        context.load_cert_chain(both.name)
    return cluster["server"], context
