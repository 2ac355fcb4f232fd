// SPDX-License-Identifier: Apache-2.0
// The files of data/ are DaemonSets as kube-apiserver 1.36.3 returned them (kube-proxy.json is kubeadm's),
// and beside each the bytes that the DaemonSet controller's getPatch of k8s.io/kubernetes 1.36.3 made of it;
// that package's Match() said yes to them, and the hashes are its history.HashControllerRevision's. With a
// revision and pods made this way, a real kube-controller-manager adopted the pods and created none.
#include "kube/hash.hpp"

#include "base/error.hpp"
#include "kube/go_json.hpp"

#include "support/source_dir.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace ingot::kube;
using nlohmann::json;

namespace {

std::string data(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(ingot::support::source_dir() / "tests/unit/kube/data" / name).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

}  // namespace

TEST_CASE("the DaemonSet controller would find the revisions we make", "[kube]") {
  CHECK(daemon_set_patch(data("nasty.json")) == data("nasty.json.patch"));
  CHECK(daemon_set_patch(data("kube-proxy.json")) == data("kube-proxy.json.patch"));
}

TEST_CASE("revision hashes are HashControllerRevision's", "[kube]") {
  CHECK(controller_revision_hash(data("nasty.json")) == "7d5f8578b7");
  CHECK(controller_revision_hash(data("kube-proxy.json")) == "7f6455c9c7");
}

TEST_CASE("a revision belongs to its DaemonSet and carries the template byte for byte", "[kube]") {
  const std::string text = daemon_set_revision(data("nasty.json"));
  CHECK(text.find("\"data\":" + data("nasty.json.patch") + ",") != std::string::npos);
  const json revision = json::parse(text);
  const json owner = json::parse(data("nasty.json"));
  CHECK(revision["kind"] == "ControllerRevision");
  CHECK(revision["revision"] == 1);
  CHECK(revision["metadata"]["name"] == "proxy-7d5f8578b7");
  CHECK(revision["metadata"]["namespace"] == "kube-system");
  CHECK(revision["metadata"]["labels"] ==
        json{{"controller-revision-hash", "7d5f8578b7"}, {"k8s-app", "proxy"}});
  CHECK(revision["metadata"]["annotations"] == owner["metadata"]["annotations"]);
  CHECK(revision["metadata"]["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]);
  CHECK(revision["metadata"]["ownerReferences"][0]["controller"] == true);
}

TEST_CASE("what is no DaemonSet is refused", "[kube]") {
  for (const char* text :
       {"", "7", "{}", R"({"metadata":{"name":"a","namespace":"b","uid":"c"},"spec":{}})",
        R"({"metadata":{"name":1,"namespace":"b","uid":"c"},"spec":{"template":{"metadata":{}}}})",
        R"({"metadata":{"name":"a","namespace":"b","uid":"c"},
                               "spec":{"template":{"metadata":{"labels":[]}}}})"}) {
    CHECK_THROWS_AS(daemon_set_revision(text), ingot::base::Error);
  }
}

TEST_CASE("JSON is spelled as Go spells it", "[kube]") {
  const auto go = [](const char* text) { return to_go_json(json::parse(text)); };
  CHECK(go(R"({"b":1,"a":[null,true,{}],"":[]})") == R"({"":[],"a":[null,true,{}],"b":1})");
  CHECK(go(R"("<&>\u2028\u2029\u0000\u001f\u007f\b\f\n\r\t\"\\/é")") ==
        "\"\\u003c\\u0026\\u003e\\u2028\\u2029\\u0000\\u001f\x7f\\b\\f\\n\\r\\t\\\"\\\\/\xC3\xA9\"");
  CHECK(go("[0,-7,9223372036854775807,-9223372036854775808]") ==
        "[0,-7,9223372036854775807,-9223372036854775808]");
  CHECK(go("[1.0,0.5,-0.1,1e3,1e20,1e21,1.5e-6,1e-7,123456.789,18446744073709551615]") ==
        "[1,0.5,-0.1,1000,100000000000000000000,1e+21,0.0000015,1e-7,123456.789,18446744073709552000]");
}
