// SPDX-License-Identifier: Apache-2.0
// Snapshots of clusters: what was there is there again, and who deletes one while somebody else does so, or
// reads it.
#include "base/error.hpp"
#include "docker/engine.hpp"
#include "engine/engine_fixture.hpp"
#include "engine/snapshot_fixture.hpp"
#include "pki/inspect.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

using namespace ingot;
using testing::failure_of;
using testing::SnapshotFixture;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kServing = "/etc/kubernetes/pki/apiserver.crt";
const Names kRunning{"one-control-plane running", "one-worker running"};

class Snapshots : public SnapshotFixture {
 public:
  Snapshots() {
    create_one();
    note("before");
    save();
  }
  // Its files, and what lists it.
  std::string volume(bool record) {
    const auto all = fake.volumes();
    const auto found = std::ranges::find_if(
        all, [&](const std::string& name) { return (name == "ingot-snapshot_one_a") == record; });
    REQUIRE(found != all.end());
    return *found;
  }
  // As somebody else does it, at this request of ours.
  void remove_at(const testing::Match& request, const Names& volumes) {
    fake.faults().before(request, [this, volumes] {
      docker::Engine other(fake.address());
      for (const auto& name : volumes) {
        other.remove_volume(name, {});
      }
    });
  }
};

}  // namespace

TEST_CASE_METHOD(Snapshots, "a snapshot restores what was there when it was saved", "[engine]") {
  note("after");
  const auto certificate = fake.file("one-control-plane", kServing);
  SECTION("in place of the cluster") {
    CHECK(failure_of([&] { restore(); }).code == base::ErrorCode::already_exists);
    CHECK(restore(true).replaced);
  }
  SECTION("of a cluster that is gone") {
    remove("one");
    CHECK_FALSE(restore().replaced);
  }
  SECTION("of a file") {
    const auto file = exported();
    session.delete_snapshot("one/a", {});
    CHECK(fake.volumes().empty());
    import(file);
    restore(true);
  }
  CHECK(noted() == "before");
  CHECK(fake.file("one-control-plane", kServing) == certificate);
  CHECK(states() == kRunning);
  CHECK(helpers().empty());
  CHECK(snapshots() == Names{"one/a"});
}

TEST_CASE("several control planes are restored with the same objects", "[engine]") {
  SnapshotFixture fixture;
  fixture.create_one(3);
  fixture.note("before");
  fixture.save();
  fixture.note("after");
  fixture.restore(true);
  CHECK(fixture.noted() == "before");
  CHECK(fixture.nodes.api("one-control-plane") == fixture.nodes.api("one-control-plane3"));
}

TEST_CASE_METHOD(Snapshots, "a copy has what the cluster has, and names of its own", "[engine]") {
  note("now");
  nodes.api("one-control-plane")
      ->merge("/api/v1/nodes/one-worker", {{"metadata",
                                            {{"labels",
                                              {{"v.com/gpu.count", "1"},
                                               {"v.com/gpu.present", "true"},
                                               {"v.com/gpu.replicas", "1"},
                                               {"v.com/gpu.sharing-strategy", "none"},
                                               {"own", "yes"}}}}},
                                           {"status", {{"capacity", {{"v.com/gpu", "1"}, {"cpu", "2"}}}}}});
  clone();
  CHECK(noted("copy") == "now");
  const auto labels =
      nodes.api("copy-control-plane")->get("/api/v1/nodes/copy-worker")->at("metadata").at("labels");
  CHECK(labels.contains("own"));
  CHECK(labels.dump().find("v.com/gpu") == std::string::npos);
  CHECK(states("copy") == Names{"copy-control-plane running", "copy-worker running"});
  CHECK(states() == kRunning);
  CHECK(snapshots() == Names{"one/a"});
  Names known;
  for (const auto& node : nodes.api("copy-control-plane")->list("/api/v1/nodes")) {
    known.push_back(node.at("metadata").at("name"));
  }
  CHECK(known == Names{"copy-control-plane", "copy-worker"});
  const auto names = pki::alternative_names(fake.file("copy-control-plane", kServing).value());
  CHECK(std::ranges::count(names, "copy-control-plane") == 1);
  CHECK(std::ranges::count(names, "one-control-plane") == 0);
}

TEST_CASE_METHOD(Snapshots, "a snapshot that somebody else deletes at the same time is not there",
                 "[engine]") {
  const testing::Match listing{.method = "GET", .path = "/volumes"};
  const testing::Match first{.method = "DELETE", .path = "/volumes/.*"};
  const auto [when, what] = GENERATE_COPY(std::pair(listing, Names{volume(true), volume(false)}),
                                          std::pair(first, Names{volume(true)}),
                                          std::pair(first, Names{volume(true), volume(false)}));
  remove_at(when, what);
  CHECK(failure_of([&] { session.delete_snapshot("one/a", {}); }).code == base::ErrorCode::not_found);
  CHECK(fake.volumes().empty());
}

TEST_CASE_METHOD(Snapshots, "files that go while a snapshot is deleted are no failure", "[engine]") {
  remove_at({.method = "DELETE", .path = "/volumes/.*", .nth = 2}, {volume(false)});
  CHECK(session.delete_snapshot("one/a", {}).reference() == "one/a");
  CHECK(fake.volumes().empty());
}

TEST_CASE_METHOD(Snapshots, "a snapshot that was deleted before it could be read is missed, not damaged",
                 "[engine]") {
  remove_at({.method = "POST", .path = "/containers/create"}, {volume(true), volume(false)});
  const auto read = GENERATE_COPY(std::function<void()>([this] { static_cast<void>(exported()); }),
                                  std::function<void()>([this] { restore(true); }));
  const auto failure = failure_of(read);
  CHECK(failure.code == base::ErrorCode::not_found);
  CHECK(failure.message.find("there is no snapshot 'one/a'") != std::string::npos);
  CHECK(fake.volumes().empty());  // an engine makes one of any name
  CHECK(helpers().empty());
  CHECK(states() == kRunning);
}

TEST_CASE_METHOD(Snapshots, "a snapshot that is being read cannot be deleted, and stays whole", "[engine]") {
  const auto hold = fake.faults().hold({.method = "GET", .path = "/containers/[^/]+/archive"});
  std::jthread reader([&] { static_cast<void>(exported()); });
  hold->wait_until_held();
  const auto failure = failure_of([&] { session.delete_snapshot("one/a", {}); });
  CHECK(failure.message == "snapshot 'one/a' could not be deleted");
  CHECK(failure.cause.find("volume is in use") != std::string::npos);
  hold->release();
  reader.join();
  CHECK(snapshots() == Names{"one/a"});
  note("after");
  restore(true);
  CHECK(noted() == "before");
}
