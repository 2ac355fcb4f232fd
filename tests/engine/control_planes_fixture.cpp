// SPDX-License-Identifier: Apache-2.0
#include "engine/control_planes_fixture.hpp"

#include "support/fake_engine/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ingot::testing {

using nlohmann::json;

namespace {

std::string peer_url(const FakeContainer& container) {
  const auto address = container.labels.find("dev.ingot.address");
  return address == container.labels.end() ? std::string() : "https://" + address->second + ":2380";
}

}  // namespace

void FakeEtcd::add(const std::string& name, const std::string& url) {
  members_[url] = member(name, url, false);
}

std::string FakeEtcd::answer(const std::string& path, const json& asked) {
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

std::vector<std::string> FakeEtcd::names() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [url, one] : members_) {
    names.push_back(one.at("name"));
  }
  std::ranges::sort(names);
  return names;
}

json FakeEtcd::member(const std::string& name, const std::string& url, bool is_learner) {
  return {{"ID", std::to_string(++last_id_)},
          {"name", name},
          {"peerURLs", {url}},
          {"clientURLs", {url}},
          {"isLearner", is_learner}};
}

json& FakeEtcd::by_id(const json& id) {
  return std::ranges::find_if(members_, [&](const auto& one) { return one.second.at("ID") == id; })->second;
}

ControlPlanes::ControlPlanes(int count) {
  create(spec("one", 1, count), options());
  for (const auto& container : fake.containers()) {
    const auto url = peer_url(container);
    if (container.name.find("-control-plane") != std::string::npos && !url.empty()) {
      etcd->add(container.name, url);
    }
  }
  etcd->name_at = [this](const std::string& url) {
    for (const auto& container : fake.containers()) {
      if (peer_url(container) == url) {
        return container.name;
      }
    }
    return std::string();
  };
  fake.add_program({"curl"}, [state = etcd](Process& process) {
    const auto& words = process.info().argv;
    const auto data = std::ranges::find(words, "--data");
    process.out(state->answer(words.back(), json::parse(*std::next(data))));
    return 0;
  });
}

scale::Result ControlPlanes::scale_to(int count) {
  return session.change_workers(to(count), how(), {}, events);
}

base::Failure ControlPlanes::refusal(const scale::Request& request) {
  try {
    session.change_workers(request, how(), {}, events);
  } catch (const base::Error& error) {
    return error.failure();
  }
  FAIL("nothing was thrown");
  return {};
}

}  // namespace ingot::testing
