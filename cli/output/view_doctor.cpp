// SPDX-License-Identifier: Apache-2.0
// What the doctor finds.
#include "output/view.hpp"

namespace ingot::cli::output {

namespace {

const char* to_text(doctor::Severity severity) {
  switch (severity) {
    case doctor::Severity::ok:
      return "ok";
    case doctor::Severity::warning:
      return "warning";
    case doctor::Severity::problem:
      return "problem";
  }
  return "problem";
}

Colour colour_of(doctor::Severity severity) {
  switch (severity) {
    case doctor::Severity::ok:
      return Colour::green;
    case doctor::Severity::warning:
      return Colour::yellow;
    case doctor::Severity::problem:
      return Colour::red;
  }
  return Colour::red;
}

}  // namespace

View view_of(const doctor::Report& report, bool wide) {
  View view;
  Value::List findings;
  Table table{.headers = {"CHECK", "STATE", "DETAIL"}};
  for (const auto& finding : report.findings) {
    findings.emplace_back(Value::Object{{"check", finding.check},
                                        {"severity", to_text(finding.severity)},
                                        {"detail", finding.detail},
                                        {"remedy", finding.remedy}});
    if (wide || finding.severity != doctor::Severity::ok) {
      view.names.push_back("finding/" + finding.check);
    }
    table.rows.push_back(
        {finding.check, {to_text(finding.severity), colour_of(finding.severity)}, finding.detail});
    if (!finding.remedy.empty()) {
      table.rows.push_back({std::string(), std::string(), "try: " + finding.remedy});
    }
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "DoctorReport"},
                             {"healthy", report.healthy()},
                             {"findings", std::move(findings)}};
  view.tables.push_back(std::move(table));
  return view;
}

}  // namespace ingot::cli::output
