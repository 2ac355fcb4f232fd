// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/merge.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

json merged(const std::string& document, const std::string& patch) {
  json result = json::parse(document);
  merge_document(result, json::parse(patch));
  return result;
}

// The same for one that is v1beta4, whose header is left out of what comes back.
json merged_v1beta4(const std::string& document, const std::string& patch) {
  json result = json::parse(document);
  result["apiVersion"] = "kubeadm.k8s.io/v1beta4";
  merge_document(result, json::parse(patch));
  result.erase("apiVersion");
  return result;
}

}  // namespace

TEST_CASE("a merge follows the examples of RFC 7386 that start from an object", "[kubeadm]") {
  for (const auto& [document, patch, expected] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
           {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
           {R"({"a":"b"})", R"({"a":null})", R"({})"},
           {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
           {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
           {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
           {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
           {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
           {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
           {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
           {R"({"a":"text"})", R"({"a":{"b":"c"}})", R"({"a":{"b":"c"}})"},
       }) {
    INFO(document << " with " << patch);
    CHECK(merged(document, patch) == json::parse(expected));
  }
}

TEST_CASE("names in certificates are united", "[kubeadm]") {
  CHECK(merged(R"({"apiServer":{"certSANs":["localhost","127.0.0.1"]}})",
               R"({"apiServer":{"certSANs":["a.example.org","localhost","a.example.org"]}})") ==
        json::parse(R"({"apiServer":{"certSANs":["localhost","127.0.0.1","a.example.org"]}})"));
  CHECK(merged("{}", R"({"apiServer":{"certSANs":["x"]}})") ==
        json::parse(R"({"apiServer":{"certSANs":["x"]}})"));
  CHECK(merged(R"({"certSANs":["x"]})", R"({"certSANs":null})") == json::parse(R"({"certSANs":["x"]})"));
  CHECK(merged(R"({"a":1})", R"({"a":{"certSANs":["x"]}})") == json::parse(R"({"a":{"certSANs":["x"]}})"));
}

TEST_CASE("extra arguments of v1beta4 are merged by name", "[kubeadm]") {
  const std::string document =
      R"({"apiServer":{"extraArgs":[{"name":"a","value":"1"},{"name":"b","value":"2"}]}})";
  CHECK(merged_v1beta4(
            document, R"({"apiServer":{"extraArgs":[{"name":"b","value":"3"},{"name":"c","value":"4"}]}})") ==
        json::parse(R"({"apiServer":{"extraArgs":[{"name":"a","value":"1"},{"name":"b","value":"3"},
                                                  {"name":"c","value":"4"}]}})"));
  CHECK(
      merged_v1beta4(
          document, R"({"apiServer":{"extraArgs":[{"name":"a","value":null},{"name":"x","value":null}]}})") ==
      json::parse(R"({"apiServer":{"extraArgs":[{"name":"b","value":"2"}]}})"));
  CHECK(merged_v1beta4(document, R"({"apiServer":{"extraArgs":null}})") == json::parse(document));
  CHECK(merged_v1beta4("{}", R"({"nodeRegistration":{"kubeletExtraArgs":[{"name":"v","value":"4"}]}})") ==
        json::parse(R"({"nodeRegistration":{"kubeletExtraArgs":[{"name":"v","value":"4"}]}})"));
}

TEST_CASE("a patch without a version may give arguments as the map they were before v1beta4", "[kubeadm]") {
  const std::string document = R"({"extraArgs":[{"name":"a","value":"1"}]})";
  CHECK(merged_v1beta4(document, R"({"extraArgs":{"b":"2","a":null}})") ==
        json::parse(R"({"extraArgs":[{"name":"b","value":"2"}]})"));
  CHECK_THROWS_AS(
      merged_v1beta4(document, R"({"apiVersion":"kubeadm.k8s.io/v1beta4","extraArgs":{"b":"2"}})"),
      base::Error);
}

TEST_CASE("extra arguments in a shape that no version knows are refused", "[kubeadm]") {
  for (const auto* bad : {R"({"extraArgs":"v=4"})", R"({"extraArgs":[1]})",
                          R"({"extraArgs":[{"value":"4"}]})", R"({"extraArgs":[{"name":4,"value":"4"}]})"}) {
    INFO(bad);
    CHECK_THROWS_AS(merged_v1beta4("{}", bad), base::Error);
  }
}

TEST_CASE("before v1beta4 extra arguments are a map like any other", "[kubeadm]") {
  CHECK(merged(R"({"apiVersion":"kubeadm.k8s.io/v1beta3","extraArgs":{"a":"1","b":"2"}})",
               R"({"extraArgs":{"a":null,"c":"3"}})") ==
        json::parse(R"({"apiVersion":"kubeadm.k8s.io/v1beta3","extraArgs":{"b":"2","c":"3"}})"));
}

}  // namespace ingot::kubeadm
