// SPDX-License-Identifier: Apache-2.0
// Clusters whose time is over, and what killed runs left.
#include "base/error.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "node/host.hpp"
#include "node/snapshot_volumes.hpp"
#include "node/throw_away.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace ingot;
using namespace std::chrono_literals;
using testing::ClusterFixture;
using Names = std::vector<std::string>;

namespace {

constexpr auto kNow = [] { return std::chrono::system_clock::now(); };

class Expiring : public ClusterFixture {
 public:
  void create_for(const std::string& name, const std::string& ttl, int control_planes = 1) {
    auto wanted = spec(name, 0, control_planes);
    wanted.ttl = ttl;
    create(wanted, options());
  }

  std::optional<std::chrono::system_clock::time_point> expires(const std::string& name) {
    for (const auto& cluster : session.list_clusters({})) {
      if (cluster.name == name) {
        CHECK(session.cluster_status(name, {}).expires == cluster.expires);
        return cluster.expires;
      }
    }
    FAIL("no cluster " << name);
    return {};
  }

  cluster::DeleteResult remove_if_expired(const std::string& name) {
    auto how = delete_options();
    how.only_expired = true;
    return session.delete_cluster(name, how, {}, events);
  }

  cluster::PruneOptions prune_options(std::chrono::milliseconds older_than = 0ms) const {
    return {.older_than = older_than, .kubeconfig = options().kubeconfig};
  }

  Names found(std::chrono::milliseconds older_than = 0ms) {
    Names names;
    for (const auto& one : session.find_remnants(prune_options(older_than), {})) {
      names.push_back(one.type + "/" + one.name);
    }
    return names;
  }

  void prune() { session.prune(session.find_remnants(prune_options(), {}), prune_options(), {}, events); }

  std::string kubeconfig() const {
    std::ostringstream text;
    text << std::ifstream(kubeconfig_path()).rdbuf();
    return text.str();
  }
};

}  // namespace

TEST_CASE_METHOD(Expiring, "a cluster expires so long after its creation as it was told", "[engine]") {
  const auto before = kNow();
  create_for("one", "2h");
  create(spec("two"), options());
  const auto end = expires("one");
  REQUIRE(end);
  CHECK(*end >= before + 2h - 1s);
  CHECK(*end <= kNow() + 2h);
  CHECK_FALSE(expires("two"));
}

TEST_CASE_METHOD(Expiring, "only what has expired is deleted, when only that shall be", "[engine]") {
  create_for("one", "1ms");
  create_for("two", "2h");
  create(spec("three"), options());
  CHECK(remove_if_expired("two").stayed);
  CHECK(remove_if_expired("three").stayed);
  CHECK(remove_if_expired("one").nodes == Names{"one-control-plane"});
  CHECK(remove_if_expired("one").stayed);  // gone already: another was faster
  CHECK(node_names().size() == 2);
}

TEST_CASE_METHOD(Expiring, "an extension counts from now, is later or earlier, and the last one wins",
                 "[engine]") {
  create_for("one", "1ms", 2);
  session.extend_cluster("one", 3h, {});
  CHECK(*expires("one") > kNow() + 2h);
  CHECK(remove_if_expired("one").stayed);
  session.extend_cluster("one", 1h, {});
  CHECK(*expires("one") < kNow() + 2h);
  CHECK_FALSE(session.extend_cluster("one", std::nullopt, {}).expires);
  CHECK_FALSE(expires("one"));
  CHECK(remove_if_expired("one").stayed);
  session.extend_cluster("one", 1ms, {});
  CHECK_FALSE(remove_if_expired("one").stayed);
}

TEST_CASE_METHOD(Expiring, "a stopped cluster can be extended, and its extension is read", "[engine]") {
  create_for("one", "1ms");
  session.change_cluster(lifecycle::Verb::stop, {.cluster = "one"}, {}, {}, events);
  session.extend_cluster("one", 1h, {});
  CHECK(remove_if_expired("one").stayed);
}

TEST_CASE_METHOD(Expiring, "nothing is deleted for an extension that cannot be understood", "[engine]") {
  create_for("one", "1ms");
  docker::Engine engine(fake.address());
  node::Host host(engine);
  host.put_files("one-control-plane", tar::pack({{"/kind/ingot-expires/1", "soon"}}), {});
  CHECK_FALSE(expires("one"));
  CHECK(remove_if_expired("one").stayed);
}

TEST_CASE_METHOD(Expiring, "an extension that is being written does not count yet", "[engine]") {
  create_for("one", "1ms");
  session.extend_cluster("one", 1h, {});
  docker::Engine engine(fake.address());
  node::Host host(engine);
  host.put_files("one-control-plane", tar::pack({{"/kind/ingot-expires/99999999999999999999", ""}}), {});
  CHECK(remove_if_expired("one").stayed);
}

TEST_CASE_METHOD(Expiring, "what never expires cannot be extended, nor what is not there", "[engine]") {
  create(spec("one"), options());
  for (const auto& [name, code] :
       {std::pair("one", base::ErrorCode::already_exists), std::pair("ghost", base::ErrorCode::not_found)}) {
    try {
      session.extend_cluster(name, 1h, {});
      FAIL("extended " << name);
    } catch (const base::Error& error) {
      CHECK(error.code() == code);
      CHECK_FALSE(error.failure().remedy.empty());
    }
  }
}

TEST_CASE_METHOD(Expiring, "nothing of a cluster that is whole is pruned, whether it runs or not",
                 "[engine]") {
  create(spec("one", 1, 2), options());
  create(spec("two"), options());
  session.change_cluster(lifecycle::Verb::stop, {.cluster = "two"}, {}, {}, events);
  CHECK(found() == Names{});
}

TEST_CASE_METHOD(Expiring, "nodes without a control plane and what was never finished are pruned",
                 "[engine]") {
  create(spec("one", 1), options());
  docker::Engine(fake.address()).remove_container("one-control-plane", {});
  auto kept = options();
  kept.keep_on_failure = true;
  fake.faults().fail({.method = "PUT", .path = "/containers/[^/]+/archive"}, 500, "told to");
  CHECK_THROWS_AS(create(spec("two"), kept), base::Error);
  CHECK(found(1h) == Names{});  // somebody may be at it
  CHECK(found() == Names{"node/one-worker", "node/two-control-plane", "context/kind-one"});
  prune();
  CHECK(node_names() == Names{});
  CHECK(found() == Names{"network/kind"});
}

TEST_CASE_METHOD(Expiring, "networks go when no container is on them, and only those that ingot made",
                 "[engine]") {
  auto how = options();
  how.network = "mine";
  create(spec("one"), how);
  session.change_cluster(lifecycle::Verb::stop, {.cluster = "one"}, {}, {}, events);
  docker::Engine engine(fake.address());
  engine.create_network({.name = "others"}, {});
  CHECK(found() == Names{});
  remove("one");
  CHECK(found(1h) == Names{});
  CHECK(found() == Names{"network/mine"});
  prune();
  CHECK(fake.networks() == Names{"others"});
}

TEST_CASE_METHOD(Expiring, "containers of errands that nobody waits for are pruned", "[engine]") {
  create(spec("one"), options());
  docker::Engine engine(fake.address());
  const auto image = fake.containers().front().image;
  engine.create_container("left", {.image = image, .labels = {{std::string(node::kThrowAwayLabel), "1"}}},
                          {});
  engine.create_container("somebodys", {.image = image}, {});
  CHECK(found(1h) == Names{});
  CHECK(found() == Names{"container/left"});
  prune();
  CHECK(fake.containers().size() == 2);
}

TEST_CASE_METHOD(Expiring, "files of no snapshot are pruned, unless somebody is at work on them",
                 "[engine]") {
  create(spec("one"), options());
  docker::Engine engine(fake.address());
  const std::string files(node::kSnapshotFilesLabel);
  for (const auto* name : {"listed", "left", "used"}) {
    engine.create_volume(name, {{files, "one/a"}}, {});
  }
  engine.create_volume(
      "record",
      {{std::string(node::kSnapshotLabel), "one/a"}, {std::string(node::kSnapshotDataLabel), "listed"}}, {});
  engine.create_volume("somebodys", {}, {});
  docker::ContainerSpec copier{.image = fake.containers().front().image};
  copier.labels = {{std::string(node::kThrowAwayLabel), "1"}};
  copier.mounts = {{.type = "volume", .source = "used", .target = "/files"}};
  const auto id = engine.create_container("copier", copier, {});
  CHECK(found(1h) == Names{});
  CHECK(found() == Names{"container/copier", "volume/left", "volume/used"});
  CHECK_THROWS_AS(engine.remove_volume("used", {}), base::Error);
  prune();
  CHECK(found() == Names{});
  CHECK(engine.inspect_volume("listed", {}));
  CHECK(engine.inspect_volume("somebodys", {}));
  CHECK_FALSE(engine.inspect_volume("used", {}));
}

TEST_CASE_METHOD(Expiring, "contexts go when nobody listens here and no cluster has the name", "[engine]") {
  create(spec("one"), options());
  create(spec("two"), options());
  docker::Engine(fake.address()).remove_container("one-control-plane", {});
  CHECK(found() == Names{"context/kind-one"});
  prune();
  CHECK(kubeconfig().find("kind-one") == std::string::npos);
  CHECK(kubeconfig().find("kind-two") != std::string::npos);
}

TEST_CASE_METHOD(Expiring, "contexts of other machines and other tools stay", "[engine]") {
  std::ofstream(kubeconfig_path()) << R"(apiVersion: v1
kind: Config
clusters:
- {name: kind-far, cluster: {server: "https://192.0.2.1:6443"}}
- {name: other, cluster: {server: "https://127.0.0.1:1"}}
- {name: kind-gone, cluster: {server: "https://127.0.0.1:1"}}
)";
  CHECK(found() == Names{"context/kind-gone"});
}

TEST_CASE_METHOD(Expiring, "what is needed again by the time of the removal stays", "[engine]") {
  auto how = options();
  how.network = "mine";
  create(spec("one"), how);
  remove("one");
  const auto chosen = session.find_remnants(prune_options(), {});
  REQUIRE(chosen.size() == 1);
  create(spec("one"), how);
  CHECK(session.prune(chosen, prune_options(), {}, events).empty());
  CHECK(fake.networks() == Names{"mine"});
}
