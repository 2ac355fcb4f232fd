// SPDX-License-Identifier: Apache-2.0
#include "serve/metrics.hpp"

#include "base/text.hpp"
#include "live/messages.hpp"

#include <fmt/format.h>

namespace ingot::serve {

void Metrics::add_delay(std::chrono::nanoseconds since_its_cause) {
  const double seconds = std::chrono::duration<double>(since_its_cause).count();
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    within_.at(i) += seconds <= kBounds.at(i) ? 1U : 0U;
  }
  ++delays_;
  total_ += seconds;
}

namespace {

// As Prometheus wants them in label values.
std::string escaped(const std::string& text) {
  return base::replace_all(base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\""), "\n",
                           "\\n");
}

// What nodes and instances use, while somebody wishes to hear of it.
std::string usage_text(const live::World& world) {
  std::string cpu;
  std::string memory;
  for (const auto& change :
       world.snapshot({.kinds = {live::Kind::usage}, .clusters = {}, .labels = {}}).objects) {
    const auto facts = live::facts_of(live::read_server_message(change->message).objects.front());
    const auto labels = fmt::format("{{name=\"{}\",cluster=\"{}\"}}", escaped(change->subject.id),
                                    escaped(change->subject.cluster));
    cpu += fmt::format("ingot_cpu_millicores{} {}\n", labels, facts.at("cpuMillicores"));
    memory += fmt::format("ingot_memory_bytes{} {}\n", labels, facts.at("memoryBytes"));
  }
  return cpu.empty() ? ""
                     : "# HELP ingot_cpu_millicores Used in the last second by a node or an instance.\n"
                       "# TYPE ingot_cpu_millicores gauge\n" +
                           cpu +
                           "# HELP ingot_memory_bytes Used by a node or an instance.\n"
                           "# TYPE ingot_memory_bytes gauge\n" +
                           memory;
}

}  // namespace

std::string Metrics::to_text(const live::World& world) const {
  std::string text = "# HELP ingot_objects Objects of each kind.\n# TYPE ingot_objects gauge\n";
  for (const auto& [kind, count] : world.counts()) {
    text += fmt::format("ingot_objects{{kind=\"{}\"}} {}\n", live::to_text(kind), count);
  }
  text += usage_text(world);
  text += fmt::format(
      "# HELP ingot_subscribers Connections that have said hello.\n# TYPE ingot_subscribers gauge\n"
      "ingot_subscribers {}\n"
      "# HELP ingot_changes_total Changes of objects since the server began.\n"
      "# TYPE ingot_changes_total counter\ningot_changes_total {}\n"
      "# HELP ingot_messages_total Messages sent.\n# TYPE ingot_messages_total counter\n"
      "ingot_messages_total {}\n"
      "# HELP ingot_dropped_total Connections that the server ended.\n# TYPE ingot_dropped_total counter\n",
      subscribers, world.version(), messages);
  for (const auto& [reason, count] : dropped) {
    text += fmt::format("ingot_dropped_total{{reason=\"{}\"}} {}\n", reason, count);
  }
  text +=
      "# HELP ingot_delay_seconds From an event of the engine to the message about it.\n"
      "# TYPE ingot_delay_seconds histogram\n";
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    text += fmt::format("ingot_delay_seconds_bucket{{le=\"{}\"}} {}\n", kBounds.at(i), within_.at(i));
  }
  return text + fmt::format(
                    "ingot_delay_seconds_bucket{{le=\"+Inf\"}} {0}\ningot_delay_seconds_sum {1}\n"
                    "ingot_delay_seconds_count {0}\n",
                    delays_, total_);
}

}  // namespace ingot::serve
