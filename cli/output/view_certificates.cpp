// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "output/view.hpp"

#include <fmt/format.h>

namespace ingot::cli::output {

namespace {

using certs::Certificate;
using certs::State;

Colour colour_of(State state) {
  switch (state) {
    case State::valid:
      return Colour::green;
    case State::expiring:
      return Colour::yellow;
    default:
      return Colour::red;
  }
}

Value time_value(const std::optional<Time>& time) {
  return time ? Value(base::to_rfc3339(*time)) : Value();
}

Value::Object object_of(const Certificate& one, const Moment& moment) {
  Value left;
  if (one.not_after) {
    left = std::int64_t{std::chrono::floor<std::chrono::days>(*one.not_after - moment.now).count()};
  }
  return {{"node", one.node.empty() ? Value() : Value(one.node)},
          {"name", one.name},
          {"path", one.path},
          {"purpose", one.purpose},
          {"authority", one.authority.empty() ? Value() : Value(one.authority)},
          {"isAuthority", one.is_authority},
          {"subject", one.subject},
          {"issuer", one.issuer},
          {"names", one.names},
          {"key", one.key},
          {"notBefore", time_value(one.not_before)},
          {"notAfter", time_value(one.not_after)},
          {"daysLeft", std::move(left)},
          {"state", certs::to_text(one.state)},
          {"detail", one.detail}};
}

std::string left_text(const Certificate& one, const Moment& moment) {
  if (!one.not_after) {
    return "-";
  }
  if (*one.not_after < moment.now) {
    return "over";
  }
  return age_text(std::chrono::duration_cast<std::chrono::seconds>(*one.not_after - moment.now));
}

}  // namespace

View view_of(const certs::Listing& listing, bool wide, const Moment& moment) {
  View view;
  Value::List items;
  Table table{.headers = {"NODE", "CERTIFICATE", "AUTHORITY", "EXPIRES", "LEFT", "STATE"}};
  if (wide) {
    table.headers.insert(table.headers.end(), {"SUBJECT", "KEY", "FOR", "PATH"});
  }
  for (const auto& one : listing.certificates) {
    view.names.push_back(fmt::format("certificate/{}/{}", one.node.empty() ? "-" : one.node, one.name));
    items.emplace_back(object_of(one, moment));
    std::vector<Cell> row{one.node.empty() ? "-" : one.node,
                          one.name,
                          one.authority.empty() ? "its own" : one.authority,
                          one.not_after ? base::day_of(*one.not_after) : "-",
                          left_text(one, moment),
                          {certs::to_text(one.state), colour_of(one.state)}};
    if (wide) {
      row.insert(row.end(), {one.subject, one.key, one.purpose.empty() ? "-" : one.purpose, one.path});
    }
    table.rows.push_back(std::move(row));
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "CertificateList"},
                             {"cluster", listing.cluster},
                             {"items", std::move(items)}};
  view.tables.push_back(std::move(table));
  return view;
}

View view_of(const certs::RenewResult& result) {
  View view;
  Value::List nodes;
  for (const auto& node : result.nodes) {
    nodes.emplace_back(Value::Object{{"name", node.name}, {"renewed", node.renewed}});
    view.names.push_back("node/" + node.name);
  }
  view.value = Value::Object{{"apiVersion", kApiVersion},
                             {"kind", "CertificatesRenewed"},
                             {"name", result.cluster},
                             {"nodes", std::move(nodes)},
                             {"kubeconfigs", result.kubeconfigs},
                             {"notAfter", time_value(result.not_after)},
                             {"cutByAuthority", result.is_cut},
                             {"elapsedMs", std::int64_t{result.elapsed.count()}}};
  return view;
}

}  // namespace ingot::cli::output
