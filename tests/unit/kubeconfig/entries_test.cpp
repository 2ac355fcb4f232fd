// SPDX-License-Identifier: Apache-2.0
#include "kubeconfig/entries.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <functional>

using namespace ingot::kubeconfig;
using ingot::base::Error;
using ingot::base::ErrorCode;

namespace {

const Access kAccess{"https://127.0.0.1:33445", "CA", "CERT", "KEY"};

const char* kNew = R"(apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: "Q0E="
    server: https://127.0.0.1:33445
  name: kind-a
contexts:
- context:
    cluster: kind-a
    user: kind-a
  name: kind-a
current-context: kind-a
kind: Config
users:
- name: kind-a
  user:
    client-certificate-data: Q0VSVA==
    client-key-data: "S0VZ"
)";

const char* kOthers = R"(apiVersion: v1
clusters:
- cluster:
    insecure-skip-tls-verify: true
    server: "https://example.com"
    extensions:
    - extension: {version: "1.30", last-update: 0123}
      name: "yes"
  name: prod
contexts:
- context: {cluster: prod, user: prod, namespace: "007"}
  name: prod
current-context: prod
kind: Config
preferences: {}
users:
- name: prod
  user:
    exec:
      args: ["--n", "1", -v, ""]
      command: aws
      env: null
x-unknown: [1, "1"]
)";

std::string cause_of(const std::function<void()>& work, ErrorCode code) {
  try {
    work();
  } catch (const Error& error) {
    CHECK(error.code() == code);
    return error.failure().cause;
  }
  return "no error";
}

}  // namespace

TEST_CASE("a new kubeconfig has kubectl's keys in kubectl's order", "[kubeconfig]") {
  CHECK(with_entries("", "f", "kind-a", kAccess) == kNew);
  CHECK(with_entries("# only a comment\n", "f", "kind-a", kAccess) == kNew);
}

TEST_CASE("merging the same entries twice changes nothing more", "[kubeconfig]") {
  CHECK(with_entries(kNew, "f", "kind-a", kAccess) == kNew);
}

TEST_CASE("what is written once is written the same way again, whatever quotes it had before",
          "[kubeconfig]") {
  const std::string text =
      GENERATE(as<std::string>(), "a: one\n\n  two\n", "a: \"one\\ntwo\"\n", "a: |-\n  one\n  two\n");
  const std::string merged = with_entries(text, "f", "kind-a", kAccess);
  CHECK(merged.starts_with("a: |-\n  one\n  two\n"));
  CHECK(with_entries(merged, "f", "kind-a", kAccess) == merged);
}

TEST_CASE("our entries join those of others, and leaving takes only ours", "[kubeconfig]") {
  const std::string merged = with_entries(kOthers, "f", "kind-a", kAccess);
  CHECK(merged.find("current-context: kind-a\n") != std::string::npos);
  CHECK(merged.find("version: \"1.30\", last-update: 0123") != std::string::npos);
  CHECK(merged.find("args: [\"--n\", \"1\", -v, \"\"]") != std::string::npos);
  CHECK(merged.find("- context:\n    cluster: kind-a\n") != std::string::npos);
  const auto left = without_entries(merged, "f", "kind-a");
  REQUIRE(left.has_value());
  std::string expected = kOthers;
  expected.replace(expected.find("current-context: prod"), 21, "current-context: \"\"");
  CHECK(*left == expected);
}

TEST_CASE("an entry of our name is replaced where it stands, and doubles of it go", "[kubeconfig]") {
  const std::string text = R"(clusters:
- {cluster: {server: old, proxy-url: x}, name: kind-a}
- {cluster: {server: other}, name: kind-ab}
- {cluster: {server: older}, name: kind-a}
)";
  const std::string merged = with_entries(text, "f", "kind-a", kAccess);
  CHECK(merged.find("old") == std::string::npos);
  CHECK(merged.find("33445") < merged.find("kind-ab"));
  CHECK(merged.find("apiVersion") == std::string::npos);  // others' files are not "completed"
}

TEST_CASE("leaving keeps a current context that is not ours, and empty lists are fine", "[kubeconfig]") {
  CHECK_FALSE(without_entries(kOthers, "f", "kind-a").has_value());
  CHECK_FALSE(without_entries("", "f", "kind-a").has_value());
  CHECK_FALSE(without_entries("clusters: null\nusers: []\n", "f", "kind-a").has_value());
  const std::string merged = with_entries(kOthers, "f", "kind-a", kAccess);
  std::string switched = merged;
  switched.replace(switched.find("current-context: kind-a"), 23, "current-context: prod");
  CHECK(without_entries(switched, "f", "kind-a") == kOthers);
}

TEST_CASE("a kubeconfig in JSON stays JSON", "[kubeconfig]") {
  const std::string text =
      R"({"apiVersion": "v1", "kind": "Config", "clusters": [], "users": null, "x": {"n": 1, "s": "1\u0001"}})";
  const std::string merged = with_entries(text, "f", "kind-a", kAccess);
  const nlohmann::json json = nlohmann::json::parse(merged);
  CHECK(json["clusters"][0]["name"] == "kind-a");
  CHECK(json["users"][0]["user"]["client-key-data"] == "S0VZ");
  CHECK(json["x"] == nlohmann::json::parse(R"({"n": 1, "s": "1\u0001"})"));
}

TEST_CASE("a file of another shape is refused with its line", "[kubeconfig]") {
  const auto merge = [](const std::string& text) {
    return cause_of([&] { (void)with_entries(text, "f", "kind-a", kAccess); }, ErrorCode::invalid_input);
  };
  CHECK(merge("a: 1\nclusters: {b: c}\n") == "line 2: 'clusters' is not a list");
  CHECK(merge("users: text\n") == "line 1: 'users' is not a list");
  CHECK(merge("contexts:\n- a\n") == "line 2: an entry of 'contexts' is not a map");
  CHECK(merge("users: []\nclusters: []\nusers: []\n") == "line 3: 'users' for the second time");
  CHECK(merge("apiVersion: apps/v1\nkind: Deployment\n") ==
        "line 2: not a kubeconfig, its kind is 'Deployment'");
}

TEST_CASE("a made kubeconfig reads back as what it was made of", "[kubeconfig]") {
  const std::string text = make_kubeconfig({"a", "system:node:n", ""}, kAccess);
  CHECK(text.find("current-context: system:node:n@a\n") != std::string::npos);
  const Access access = extract(text, "kubelet.conf");
  CHECK(access.server == kAccess.server);
  CHECK(access.ca == "CA");
  CHECK(access.certificate == "CERT");
  CHECK(access.key == "KEY");
}

TEST_CASE("a context is found by name, as the current one, or as the only one", "[kubeconfig]") {
  const std::string two =
      with_entries(make_kubeconfig({"b", "b", "b"}, {"https://b", "B", "B", "B"}), "f", "kind-a", kAccess);
  CHECK(extract(two, "f").server == kAccess.server);
  CHECK(extract(two, "f", "b").server == "https://b");
  std::string one = kNew;
  one.replace(one.find("current-context: kind-a\n"), 24, "");
  CHECK(extract(one, "f").ca == "CA");
}

TEST_CASE("an unusable kubeconfig from a node is an untrusted answer", "[kubeconfig]") {
  const auto read = [](const std::string& text, const std::string& context = "") {
    return cause_of([&] { (void)extract(text, "admin.conf", context); }, ErrorCode::untrusted);
  };
  CHECK(read("") == "it has no current context");
  CHECK(read(kNew, "kind-b") == "it has no context 'kind-b'");
  CHECK(read("clusters: 1\n") == "line 1: 'clusters' is not a list");
  std::string text = kNew;
  text.replace(text.find("\"S0VZ\""), 6, "\"%%\"");
  CHECK(read(text) == "its 'client-key-data' is not base64");
  CHECK(read(kOthers) == "it has no 'certificate-authority-data' where one is needed");
}

TEST_CASE("a cluster gets another server, and nothing else changes", "[kubeconfig]") {
  const std::string both = with_entries(kOthers, "f", "kind-a", kAccess);
  const std::string changed = with_server(both, "f", "kind-a", "https://127.0.0.1:7777");
  CHECK(extract(changed, "f", "kind-a").server == "https://127.0.0.1:7777");
  CHECK(extract(changed, "f", "kind-a").certificate == kAccess.certificate);
  CHECK(with_server(changed, "f", "kind-a", kAccess.server) == both);
  CHECK_THROWS_AS(with_server(both, "f", "kind-b", "https://127.0.0.1:7777"), Error);
}

TEST_CASE("a user gets another identity, and nothing else changes", "[kubeconfig]") {
  const std::string both = with_entries(kOthers, "f", "kind-a", kAccess);
  const std::string changed = with_identity(both, "f", "kind-a", {"NEW", "NEWKEY"});
  CHECK(extract(changed, "f", "kind-a").certificate == "NEW");
  CHECK(extract(changed, "f", "kind-a").key == "NEWKEY");
  CHECK(extract(changed, "f", "kind-a").server == kAccess.server);
  CHECK(with_identity(changed, "f", "kind-a", {kAccess.certificate, kAccess.key}) == both);
  CHECK(with_identity(kNew, "f", "", {"NEW", "NEWKEY"}).find("Q0VSVA==") == std::string::npos);
  CHECK_THROWS_AS(with_identity(both, "f", "kind-b", {"NEW", "NEWKEY"}), Error);
  CHECK_THROWS_AS(with_identity("[", "f", "", {"NEW", "NEWKEY"}), Error);
}
