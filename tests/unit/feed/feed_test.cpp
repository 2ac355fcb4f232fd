// SPDX-License-Identifier: Apache-2.0
#include "feed/engine_feed.hpp"
#include "feed/objects.hpp"
#include "live/messages.hpp"
#include "live/protocol.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::feed {

namespace {

using live::Kind;

docker::Event container_event(const std::string& label) {
  return {.type = "container", .action = "start", .id = "c0ffee", .attributes = {{label, "demo"}}, .at = {}};
}

}  // namespace

TEST_CASE("Feed: only what an event may have changed is looked at again", "[feed]") {
  CHECK(kinds_touched({container_event("io.x-k8s.kind.cluster")}) == std::set{Kind::cluster, Kind::node});
  CHECK(kinds_touched({container_event("dev.ingot.instance")}) == std::set{Kind::instance});
  CHECK(kinds_touched({container_event("somebody.else")}).empty());
  CHECK(kinds_touched({{.type = "network", .action = "create", .id = {}, .attributes = {}, .at = {}},
                       {.type = "image", .action = "pull", .id = {}, .attributes = {}, .at = {}}}) ==
        std::set{Kind::network, Kind::image});
}

TEST_CASE("Feed: clusters and instances have labels to be filtered by", "[feed]") {
  const docker::Labels labels{{"team", "x"}};
  CHECK(to_object(cluster::ClusterSummary{.name = "demo", .labels = labels}).subject.labels == labels);
  CHECK(to_object(instance::Summary{.name = "dev", .labels = labels}).subject.labels == labels);
}

TEST_CASE("Feed: every object is as the API describes it", "[feed]") {
  const cluster::ClusterSummary expiring{.name = "demo", .expires = std::chrono::system_clock::now()};
  const docker::ImageInfo image{.id = "sha256:1", .size = -1, .created = "2026-01-01T00:00:00Z"};
  for (const auto& object :
       {to_object("unix:///e", ""), to_object("unix:///e", "gone"), to_object(expiring),
        to_object(cluster::ClusterSummary{.name = "demo"}), to_object(node::Node{.name = "demo-worker"}),
        to_object(instance::Summary{.name = "dev"}), to_object(docker::NetworkInfo{.id = "beef"}),
        to_object(image), to_object(docker::ImageInfo{.id = "sha256:2"})}) {
    const auto text = live::set_change(1, object.subject, live::object_text(object), {}).message;
    CAPTURE(text);
    CHECK(live::problems_of(nlohmann::json::parse(text), live::Sender::server).empty());
  }
}

}  // namespace ingot::feed
