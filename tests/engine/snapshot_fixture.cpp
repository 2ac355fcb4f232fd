// SPDX-License-Identifier: Apache-2.0
#include "engine/snapshot_fixture.hpp"

#include "node/node_spec.hpp"

#include <algorithm>
#include <utility>

namespace ingot::testing {

namespace {

constexpr const char* kNotes = "/api/v1/namespaces/default/configmaps/notes";

}  // namespace

void SnapshotFixture::create_one(int control_planes) {
  create(spec("one", 1, control_planes), options());
  nodes.api("one-control-plane")
      ->create("/api/v1/namespaces/default/configmaps",
               {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "notes"}}}});
}

void SnapshotFixture::note(const std::string& text) {
  nodes.api("one-control-plane")->merge(kNotes, {{"data", {{"noted", text}}}});
}

std::string SnapshotFixture::noted(const std::string& cluster) const {
  const auto api = nodes.api(cluster + "-control-plane");
  const auto notes = api ? api->get(kNotes) : std::nullopt;
  return notes ? notes->value(Json::json_pointer("/data/noted"), "") : "";
}

void SnapshotFixture::save(const std::string& name, const plan::Interrupts& interrupts) {
  session.save_snapshot({.cluster = "one", .name = name, .tool_version = "test"}, interrupts, events);
}

snapshot::RestoreResult SnapshotFixture::restore(bool replace, const plan::Interrupts& interrupts) {
  return session.restore_snapshot(
      {.snapshot = "one/a", .replace = replace, .kubeconfig = options().kubeconfig}, interrupts, events);
}

snapshot::CloneResult SnapshotFixture::clone(const plan::Interrupts& interrupts) {
  return session.clone_cluster(
      {.cluster = "one", .name = "copy", .tool_version = "test", .kubeconfig = options().kubeconfig},
      interrupts, events);
}

std::string SnapshotFixture::exported(const plan::Interrupts& interrupts) {
  std::string file;
  session.export_snapshot(
      "one/a", [&](std::string_view bytes) { file += bytes; }, interrupts, events);
  return file;
}

void SnapshotFixture::import(const std::string& file, const plan::Interrupts& interrupts) {
  session.import_snapshot(
      "", [rest = file](const std::stop_token&) mutable { return std::exchange(rest, std::string()); },
      interrupts, events);
}

std::vector<std::string> SnapshotFixture::snapshots() {
  std::vector<std::string> references;
  for (const auto& one : session.list_snapshots("", {})) {
    references.push_back(one.reference());
  }
  return references;
}

std::vector<std::string> SnapshotFixture::states(const std::string& cluster) const {
  std::vector<std::string> states;
  for (const auto& container : fake.containers_with_label(std::string(node::kClusterLabel) + "=" + cluster)) {
    states.push_back(container.name + " " + container.state);
  }
  std::ranges::sort(states);
  return states;
}

std::vector<FakeContainer> SnapshotFixture::helpers() const {
  auto containers = fake.containers();
  std::erase_if(containers, [](const FakeContainer& container) {
    return container.labels.contains(std::string(node::kClusterLabel));
  });
  return containers;
}

}  // namespace ingot::testing
