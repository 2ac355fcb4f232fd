# SPDX-License-Identifier: Apache-2.0
"""Objects for tests, made only of images that every node image holds: pause and CoreDNS."""
from live import command, waiting
from support import PAUSE

DNS_PORT = 5353  # in the pod; its service has the usual one


def _deployment(namespace, name, pod):
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"terminationGracePeriodSeconds": 0, **pod}},
        },
    }


def pause_deployment(namespace, name, **pod):
    container = {"name": "pause", "image": PAUSE, "imagePullPolicy": "Never", **pod.pop("container", {})}
    return _deployment(namespace, name, {"containers": [container], **pod})


def claim(namespace, name):
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    }


def dns_server(namespace, name, image, corefile, **pod):
    """A CoreDNS with this configuration behind a service: the smallest server whose answers we choose."""
    container = {
        "name": "dns",
        "image": image,
        "imagePullPolicy": "Never",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "ports": [{"containerPort": DNS_PORT, "protocol": "UDP"}],
        "volumeMounts": [{"name": "configuration", "mountPath": "/etc/coredns"}],
    }
    volume = {"name": "configuration", "configMap": {"name": name}}
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": namespace},
            "data": {"Corefile": f".:{DNS_PORT} {{\n{corefile}\n}}\n"},
        },
        _deployment(namespace, name, {"containers": [container], "volumes": [volume], **pod}),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"app": name},
                     "ports": [{"port": 53, "targetPort": DNS_PORT, "protocol": "UDP"}]},
        },
    ]


def node_port(namespace, name, port):
    """One more service of a dns_server(): by TCP, at a port of every node."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": f"{name}-at-nodes", "namespace": namespace},
        "spec": {"type": "NodePort", "selector": {"app": name},
                 "ports": [{"port": 53, "targetPort": DNS_PORT, "nodePort": port, "protocol": "TCP"}]},
    }


def coredns_image(kubectl):
    return kubectl("get", "deployment/coredns", "-n", "kube-system",
                   "-o", "jsonpath={.spec.template.spec.containers[0].image}")


def service_address(kubectl, namespace, name):
    return kubectl("get", f"service/{name}", "-n", namespace, "-o", "jsonpath={.spec.clusterIP}")


def available(kubectl, namespace, *names):
    for name in names:
        kubectl.wait(f"deployment/{name}", "condition=Available", "-n", namespace)


ANSWER = "192.0.2.7"
NAME = "hello.test"


def keeper(namespace, image):
    """A name server whose answers are in a volume, one of a StatefulSet, and its service."""
    server = dns_server(namespace, "keeper", image, "hosts /data/hosts {\n reload 1s\n }")
    configuration, deployment, service = server
    pod = deployment["spec"]["template"]
    pod["spec"]["containers"][0]["volumeMounts"].append({"name": "data", "mountPath": "/data"})
    wanted = claim(namespace, "data")
    stateful_set = {
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "keeper", "namespace": namespace},
        "spec": {"serviceName": "keeper", "selector": deployment["spec"]["selector"], "template": pod,
                 "volumeClaimTemplates": [{"metadata": wanted["metadata"], "spec": wanted["spec"]}]}}
    return [configuration, stateful_set, service]


def keep_data(cluster, namespace, home=None):
    """A volume with something in it, in use; the address at which it is told. On the node `home`, if named."""
    kubectl = cluster.kubectl
    objects = keeper(namespace, coredns_image(kubectl))
    if home:
        objects[1]["spec"]["template"]["spec"].update(
            nodeSelector={"kubernetes.io/hostname": home}, tolerations=[{"operator": "Exists"}])
    kubectl.apply(*objects)
    # kubectl waits only for what is there.
    kubectl.wait("statefulset/keeper", "jsonpath={.status.readyReplicas}=1", "-n", namespace)
    tell(cluster, namespace, ANSWER)
    address = service_address(kubectl, namespace, "keeper")
    until_told(cluster, address)
    return address


def tell(cluster, namespace, answer):
    """Writes into the volume what shall be told from now on, and to the disk, as an acknowledged write would be."""
    bound = cluster.kubectl.get("pvc/data-keeper-0", "-n", namespace)
    volume = cluster.kubectl.get(f"pv/{bound['spec']['volumeName']}")
    path = (volume["spec"].get("hostPath") or volume["spec"]["local"])["path"]
    pod = cluster.kubectl.get("pod/keeper-0", "-n", namespace)
    written = cluster.execute("sh", "-c", f"echo '{answer} {NAME}' >{path}/new && sync {path}/new && mv {path}/new {path}/hosts",
                              node=pod["spec"]["nodeName"])
    if written.code != 0:
        raise command.Failed(written)


def until_told(cluster, address, answer=ANSWER):
    waiting.until(f"{answer}, which the volume holds, is told", lambda: cluster.resolve(address, NAME) == answer, 60)
