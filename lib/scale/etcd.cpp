// SPDX-License-Identifier: Apache-2.0
#include "scale/etcd.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/component_health.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ingot::scale {

namespace {

using cluster::text_at;
using nlohmann::json;

constexpr std::chrono::milliseconds kPause{100};

[[noreturn]] void refuse_answer(std::string_view answer) {
  throw base::Error(base::ErrorCode::untrusted, "etcd's answer is not a list of members",
                    std::string(answer.substr(0, 200)));
}

std::string id_body(const std::string& id) {
  return json{{"ID", id}}.dump();
}

// Of a list of texts; empty where there is none.
std::string first_of(const json& object, const char* key) {
  const json list = object.is_object() ? object.value(key, json()) : json();
  return list.is_array() && !list.empty() && list.front().is_string() ? list.front().get<std::string>() : "";
}

const EtcdMember* find(const std::vector<EtcdMember>& members, const std::string& peer_url) {
  const auto found = std::ranges::find(members, peer_url, &EtcdMember::peer_url);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

std::vector<EtcdMember> parse_members(std::string_view answer) {
  const json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("members") || !parsed.at("members").is_array()) {
    refuse_answer(answer);
  }
  std::vector<EtcdMember> members;
  for (const auto& one : parsed.at("members")) {
    const std::string id = text_at(one, {"ID"});
    const std::string peer_url = first_of(one, "peerURLs");
    if (id.empty() || peer_url.empty()) {
      refuse_answer(answer);
    }
    members.push_back({.id = id,
                       .name = text_at(one, {"name"}),
                       .peer_url = peer_url,
                       .client_url = first_of(one, "clientURLs"),
                       .is_learner = one.value("isLearner", json(false)) == json(true)});
  }
  return members;
}

std::string initial_cluster(const std::vector<EtcdMember>& members, const std::string& own) {
  std::vector<std::string> texts;
  for (const auto& member : members) {
    texts.push_back(fmt::format("{}={}", member.name.empty() ? own : member.name, member.peer_url));
  }
  return base::join(texts, ",");
}

std::vector<EtcdMember> Etcd::members(const std::stop_token& stop) {
  return parse_members(require("cluster/member/list", "{}", "the members of etcd cannot be listed", stop));
}

std::vector<EtcdMember> Etcd::add_learner(const std::string& peer_url, base::Clock::time_point deadline,
                                          const std::stop_token& stop) {
  const json wanted = {{"peerURLs", {peer_url}}, {"isLearner", true}};
  std::string answer;
  base::wait_until("etcd takes a new member", deadline, kPause, stop, [&](std::string& seen) {
    seen.clear();
    answer = ask("cluster/member/add", wanted.dump(), seen, stop);
    return seen.empty();
  });
  return parse_members(answer);
}

void Etcd::promote(const std::string& peer_url, base::Clock::time_point deadline,
                   const std::stop_token& stop) {
  const auto all = members(stop);
  const auto* member = find(all, peer_url);
  if (member == nullptr) {
    throw base::Error(base::ErrorCode::command_failed, "the new member of etcd is gone", peer_url);
  }
  if (!member->is_learner) {
    return;
  }
  base::wait_until("the new member of etcd has everything", deadline, kPause, stop, [&](std::string& seen) {
    seen.clear();
    ask("cluster/member/promote", id_body(member->id), seen, stop);
    return seen.empty();
  });
}

void Etcd::remove(const std::string& peer_url, const std::stop_token& stop) {
  const auto all = members(stop);
  if (const auto* member = find(all, peer_url)) {
    require("cluster/member/remove", id_body(member->id), "etcd does not let a member go", stop);
  }
}

bool Etcd::take_over(std::string& seen, const std::stop_token& stop) {
  seen.clear();
  const json status = json::parse(ask("maintenance/status", "{}", seen, stop), nullptr, false);
  const std::string own = text_at(status, {"header", "member_id"});
  const std::string leader = text_at(status, {"leader"});
  if (own.empty() || leader == own) {
    return !own.empty();
  }
  for (const auto& member : members(stop)) {
    if (member.id == leader) {
      ask("maintenance/transfer-leadership", json{{"targetID", own}}.dump(), seen, stop, member.client_url);
    }
  }
  return false;
}

void Etcd::lead(base::Clock::time_point deadline, const std::stop_token& stop) {
  base::wait_until("the etcd that stays leads", deadline, kPause, stop,
                   [&](std::string& seen) { return take_over(seen, stop); });
}

std::string Etcd::ask(const std::string& path, const std::string& body, std::string& problem,
                      const std::stop_token& stop, const std::string& server) {
  const std::string pki = "/etc/kubernetes/pki/etcd/";
  const auto result =
      host_.run(control_plane_,
                {"curl", "--silent", "--show-error", "--max-time", "15", "--cacert", pki + "ca.crt", "--cert",
                 pki + "server.crt", "--key", pki + "server.key", "--data", body, server + "/v3/" + path},
                "", stop);
  if (result.exit_code != 0) {
    problem = base::trim(result.output);
    problem = problem.empty() ? fmt::format("curl: exit code {}", result.exit_code) : problem;
    return "";
  }
  const json answer = json::parse(result.output, nullptr, false);
  if (answer.is_object() && answer.contains("code")) {
    problem = text_at(answer, {"message"});
  }
  return result.output;
}

std::string Etcd::require(const std::string& path, const std::string& body, const std::string& what,
                          const std::stop_token& stop) {
  std::string problem;
  auto answer = ask(path, body, problem, stop);
  if (!problem.empty()) {
    throw base::Error(base::ErrorCode::command_failed, what, problem);
  }
  return answer;
}

}  // namespace ingot::scale
