// SPDX-License-Identifier: Apache-2.0
#include "doctor/judge.hpp"

#include <fmt/format.h>

namespace ingot::doctor {

void judge_workplace(const Facts& facts, Findings& findings) {
  if (facts.port_failure.empty()) {
    findings.push_back({"ports", Severity::ok, "a port of 127.0.0.1 can be taken", ""});
  } else {
    findings.push_back({"ports", Severity::problem,
                        fmt::format("no port of 127.0.0.1 can be taken: {}", facts.port_failure),
                        "sudo ip link set lo up"});
  }
  if (facts.kubectl_path.empty()) {
    findings.push_back({"kubectl", Severity::warning,
                        "it is not on PATH; the one inside of a node can be used",
                        "ingot kubectl -- get nodes"});
  } else {
    findings.push_back({"kubectl", Severity::ok, facts.kubectl_path, ""});
  }
}

Report judge(const Facts& facts) {
  Report report;
  judge_engine(facts, report.findings);
  judge_resources(facts, report.findings);
  judge_kernel(facts, report.findings);
  judge_capacity(facts, report.findings);
  judge_workplace(facts, report.findings);
  judge_gpus(facts, report.findings);
  return report;
}

}  // namespace ingot::doctor
