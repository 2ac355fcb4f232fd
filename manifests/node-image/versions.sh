# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this use them
# Which versions the node image is made of. The Go programs' versions are in their go.mod files too.

KUBERNETES_VERSION=v1.36.3
# What `kubeadm config images list` of that version asks for.
ETCD_IMAGE_TAG=3.6.8-0
COREDNS_VERSION=v1.14.2
PAUSE_VERSION=3.10.2
# containerd's own default name for it, and that of other tools.
PAUSE_ALIAS=3.10

FLANNEL_VERSION=v0.28.4
LOCAL_PATH_PROVISIONER_VERSION=v0.0.30
BUSYBOX_VERSION=1.35

DEBIAN_SUITE=bookworm
# Kubernetes 1.36 needs containerd 2, which bookworm does not have.
CONTAINERD_SUITE=sid
