// SPDX-License-Identifier: Apache-2.0
// Facts to findings: pure functions, one per subject. The thresholds come from kind's known issues
// (kind.sigs.k8s.io/docs/user/known-issues) and from what a node was seen to use.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"

namespace ingot::doctor {

// All findings, the engine's first. Where no engine answers, only what does not need one.
[[nodiscard]] Report judge(const Facts& facts);

using Findings = std::vector<Finding>;

void judge_engine(const Facts& facts, Findings& findings);     // engine, engine-version, privileged, cgroup,
                                                               // storage-driver
void judge_resources(const Facts& facts, Findings& findings);  // network, node-image
void judge_kernel(const Facts& facts, Findings& findings);     // inotify, pids, overlay, forwarding, swap
void judge_capacity(const Facts& facts, Findings& findings);   // capabilities, open files, disk, memory
void judge_workplace(const Facts& facts, Findings& findings);  // ports, kubectl
void judge_gpus(const Facts& facts, Findings& findings);       // gpus, gpu, cdi-file

}  // namespace ingot::doctor
