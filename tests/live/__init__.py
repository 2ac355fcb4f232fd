# SPDX-License-Identifier: Apache-2.0
"""Driving real clusters from Python: what the end-to-end tests and the benchmark share."""
