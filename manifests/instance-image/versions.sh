# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this use them
# What the instance image is made of.

DEBIAN_SUITE=bookworm
# Bookworm's Docker is no longer cared for by its makers, and cannot start privileged containers where the machine
# lacks CAP_SYS_RESOURCE.
DOCKER_SUITE=trixie
