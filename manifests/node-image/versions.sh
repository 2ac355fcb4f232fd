# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this use them
# Which versions the node image is made of. The Go programs' versions are in their go.mod files too.

DEFAULT_KUBERNETES=1.36
# Which minor version: what is said in the environment, for those who test others.
KUBERNETES=${INGOT_KUBERNETES:-$DEFAULT_KUBERNETES}
# With what `kubeadm config images list` of that version asks for. These are the images' names; the etcd and the
# CoreDNS in them are always the ones of their go.mod.
case $KUBERNETES in
1.36) KUBERNETES_VERSION=v1.36.3 ETCD_IMAGE_TAG=3.6.8-0 COREDNS_VERSION=v1.14.2 PAUSE_VERSION=3.10.2 ;;
1.35) KUBERNETES_VERSION=v1.35.4 ETCD_IMAGE_TAG=3.6.6-0 COREDNS_VERSION=v1.13.1 PAUSE_VERSION=3.10.1 ;;
1.34) KUBERNETES_VERSION=v1.34.4 ETCD_IMAGE_TAG=3.6.5-0 COREDNS_VERSION=v1.12.1 PAUSE_VERSION=3.10.1 ;;
*) echo "Kubernetes $KUBERNETES is not one of 1.34, 1.35 and 1.36" >&2 && exit 2 ;;
esac
# containerd's own default name for it, and that of other tools.
PAUSE_ALIAS=3.10

FLANNEL_VERSION=v0.28.4
LOCAL_PATH_PROVISIONER_VERSION=v0.0.30
BUSYBOX_VERSION=1.35

DEBIAN_SUITE=bookworm
# Kubernetes 1.36 needs containerd 2, which bookworm does not have.
CONTAINERD_SUITE=sid
