// SPDX-License-Identifier: Apache-2.0
// Control planes that come and go, with an etcd of which only the list of members is there.
#include "base/error.hpp"
#include "engine/cluster_fixture.hpp"
#include "support/fake_engine/program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <mutex>

using namespace ingot;
using nlohmann::json;
using scale::Verb;
using testing::ClusterFixture;
using Names = std::vector<std::string>;

namespace {

// What etcd's gateway answers to curl.
class FakeEtcd {
 public:
  void add(const std::string& name, const std::string& url) { members_[url] = member(name, url, false); }

  std::string answer(const std::string& path, const json& asked) {
    const std::scoped_lock lock(mutex_);
    if (path.ends_with("/maintenance/status")) {
      return json{{"header", {{"member_id", "1"}}}, {"leader", "1"}}.dump();
    }
    if (path.ends_with("/member/add")) {
      const auto url = asked.at("peerURLs").at(0).get<std::string>();
      members_[url] = member("", url, asked.at("isLearner").get<bool>());
    }
    if (path.ends_with("/member/promote")) {
      auto& promoted = by_id(asked.at("ID"));
      promoted["isLearner"] = false;
      promoted["name"] = name_at(promoted.at("peerURLs").at(0));
    }
    if (path.ends_with("/member/remove")) {
      members_.erase(by_id(asked.at("ID")).at("peerURLs").at(0).get<std::string>());
    }
    json list = json::array();
    for (const auto& [url, one] : members_) {
      list.push_back(one);
    }
    return json{{"members", std::move(list)}}.dump();
  }

  [[nodiscard]] Names names() {
    const std::scoped_lock lock(mutex_);
    Names names;
    for (const auto& [url, one] : members_) {
      names.push_back(one.at("name"));
    }
    std::ranges::sort(names);
    return names;
  }

  std::function<std::string(const std::string& url)> name_at;

 private:
  json member(const std::string& name, const std::string& url, bool is_learner) {
    return {{"ID", std::to_string(++last_id_)},
            {"name", name},
            {"peerURLs", {url}},
            {"clientURLs", {url}},
            {"isLearner", is_learner}};
  }
  json& by_id(const json& id) {
    return std::ranges::find_if(members_, [&](const auto& one) { return one.second.at("ID") == id; })->second;
  }

  std::mutex mutex_;
  std::map<std::string, json> members_;
  int last_id_ = 0;
};

class ControlPlanes : public ClusterFixture {
 public:
  ControlPlanes() {
    create(spec("one", 1, 3), options());
    for (const auto& container : fake.containers()) {
      const auto address = container.labels.find("dev.ingot.address");
      if (container.name.find("-control-plane") != std::string::npos && address != container.labels.end()) {
        etcd->add(container.name, "https://" + address->second + ":2380");
      }
    }
    etcd->name_at = [this](const std::string& url) {
      for (const auto& container : fake.containers()) {
        const auto address = container.labels.find("dev.ingot.address");
        if (address != container.labels.end() && url == "https://" + address->second + ":2380") {
          return container.name;
        }
      }
      return std::string();
    };
    fake.add_program({"curl"}, [state = etcd](testing::Process& process) {
      const auto& words = process.info().argv;
      const auto data = std::ranges::find(words, "--data");
      process.out(state->answer(words.back(), json::parse(*std::next(data))));
      return 0;
    });
  }

  scale::Result scale_to(int count) {
    return session.change_workers({.verb = Verb::scale, .cluster = "one", .control_planes = count}, {}, {},
                                  events);
  }
  base::Failure refusal(const scale::Request& request) {
    try {
      session.change_workers(request, {}, {}, events);
    } catch (const base::Error& error) {
      return error.failure();
    }
    FAIL("nothing was thrown");
    return {};
  }

  std::shared_ptr<FakeEtcd> etcd = std::make_shared<FakeEtcd>();
};

}  // namespace

TEST_CASE_METHOD(ControlPlanes, "control planes leave etcd and the load balancer before their container goes",
                 "[engine]") {
  const auto down = scale_to(1);
  CHECK(down.removed == Names{"one-control-plane2", "one-control-plane3"});
  CHECK(down.control_planes == 1);
  CHECK(down.workers == 1);
  CHECK(etcd->names() == Names{"one-control-plane"});
  CHECK_FALSE(scale_to(1).changed());
}

TEST_CASE_METHOD(ControlPlanes, "what etcd could not bear is refused, and nothing is touched", "[engine]") {
  const auto before = etcd->names();
  CHECK(refusal({.verb = Verb::remove, .nodes = {"one-control-plane"}}).cause ==
        "'one-control-plane' is the one that leads this change");
  CHECK(refusal({.verb = Verb::remove,
                 .nodes = {"one-control-plane", "one-control-plane2", "one-control-plane3"}})
            .cause == "a cluster without a control plane is none");
  session.change_cluster(lifecycle::Verb::stop, {.nodes = {"one-control-plane2"}}, {}, {}, events);
  CHECK(refusal({.verb = Verb::remove, .nodes = {"one-control-plane3"}}).cause ==
        "1 of the 2 that stay run, and etcd needs 2");
  CHECK(etcd->names() == before);
  CHECK(fake.containers().size() == 5);
}

TEST_CASE_METHOD(ControlPlanes, "a member that no container belongs to is removed with the next change",
                 "[engine]") {
  etcd->add("", "https://192.0.2.77:2380");
  CHECK_FALSE(scale_to(3).changed());
  CHECK(etcd->names() == Names{"one-control-plane", "one-control-plane2", "one-control-plane3"});
}

TEST_CASE_METHOD(ClusterFixture, "a cluster without a load balancer gets no second control plane",
                 "[engine]") {
  create(spec("one"), options());
  const scale::Request request{.verb = Verb::add, .cluster = "one", .control_planes = 1};
  CHECK_THROWS_AS(session.change_workers(request, {}, {}, events), base::Error);
  CHECK(node_names() == Names{"one-control-plane"});
}
