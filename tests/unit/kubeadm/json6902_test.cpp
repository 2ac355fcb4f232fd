// SPDX-License-Identifier: Apache-2.0
#include "kubeadm/json6902.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace ingot::kubeadm {
namespace {

using nlohmann::json;

constexpr const char* kDocument = R"({"a":{"b":[1,2,3],"t":"text"},"s/l":{"t~e":1}})";

json patched(const std::string& operations) {
  json document = json::parse(kDocument);
  apply_operations(document, json::parse(operations));
  return document;
}

// What is said about operations that cannot be done.
std::string refusal(const std::string& operations) {
  try {
    (void)patched(operations);
  } catch (const base::Error& error) {
    CHECK(error.code() == base::ErrorCode::invalid_input);
    return error.failure().message + (error.failure().cause.empty() ? "" : ": " + error.failure().cause);
  }
  return "done";
}

}  // namespace

TEST_CASE("every operation of RFC 6902 does what it says", "[kubeadm]") {
  for (const auto& [operations, pointer, expected] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {R"([{"op":"add","path":"/a/c","value":{"d":1}}])", "/a/c/d", "1"},
           {R"([{"op":"add","path":"/a/b/1","value":9}])", "/a/b", "[1,9,2,3]"},
           {R"([{"op":"add","path":"/a/b/-","value":9}])", "/a/b", "[1,2,3,9]"},
           {R"([{"op":"add","path":"/a/b/3","value":9}])", "/a/b", "[1,2,3,9]"},
           {R"([{"op":"add","path":"","value":{"new":true}}])", "/new", "true"},
           {R"([{"op":"remove","path":"/a/b/0"}])", "/a/b", "[2,3]"},
           {R"([{"op":"remove","path":"/a/b"}])", "/a", R"({"t":"text"})"},
           {R"([{"op":"replace","path":"/a/b","value":null}])", "/a/b", "null"},
           {R"([{"op":"replace","path":"/s~1l/t~0e","value":2}])", "/s~1l", R"({"t~e":2})"},
           {R"([{"op":"move","from":"/a/b","path":"/b"},{"op":"test","path":"/a","value":{"t":"text"}}])",
            "/b/2", "3"},
           {R"([{"op":"copy","from":"/a/b/0","path":"/a/b/-"}])", "/a/b", "[1,2,3,1]"},
           {R"([{"op":"test","path":"/a/b","value":[1,2,3]}])", "/a/t", R"("text")"},
           // As evanphx/json-patch, which kind uses, extends it:
           {R"([{"op":"add","path":"/a/b/-1","value":9}])", "/a/b", "[1,2,3,9]"},
           {R"([{"op":"add","path":"/a/b/-4","value":9}])", "/a/b", "[9,1,2,3]"},
           {R"([{"op":"remove","path":"/a/b/-1"}])", "/a/b", "[1,2]"},
           {R"([{"op":"replace","path":"/a/b/-3","value":9}])", "/a/b", "[9,2,3]"},
           {R"([{"op":"move","from":"/a/b/-1","path":"/a/b/0"}])", "/a/b", "[3,1,2]"},
           {R"([{"op":"test","path":"/no/x","value":null}])", "/a/t", R"("text")"},
           {"[]", "/a/t", R"("text")"},
       }) {
    INFO(operations);
    CHECK(patched(operations).at(json::json_pointer(pointer)).dump() == expected);
  }
}

TEST_CASE("an operation that cannot be done is named with its reason", "[kubeadm]") {
  CHECK(refusal(R"([{"op":"add","path":"/no/x","value":1}])") ==
        "operation 1 (add '/no/x') cannot be done: key 'no' not found");
  CHECK(refusal(R"([{"op":"add","path":"/a/t/x","value":1}])") ==
        "operation 1 (add '/a/t/x') cannot be done: '/a/t' is neither a mapping nor a list");
  CHECK(refusal(R"([{"op":"add","path":"/c","value":1},{"op":"remove","path":"/d"}])") ==
        "operation 2 (remove '/d') cannot be done: key 'd' not found");
  CHECK(refusal(R"([{"op":"test","path":"/a/t","value":"other"}])").substr(0, 42) ==
        "operation 1 (test '/a/t') cannot be done: ");
  CHECK(refusal("{}") == "an RFC 6902 patch is a list of operations");
  CHECK(refusal("[1]") == "operation 1 cannot be done: it is not an operation with 'op' and 'path'");
}

TEST_CASE("no malformed operation gets through or crashes", "[kubeadm]") {
  for (const auto* bad : {
           R"([{"path":"/a"}])",
           R"([{"op":"add","value":1}])",
           R"([{"op":"add","path":"/x"}])",
           R"([{"op":"add","path":"x","value":1}])",
           R"([{"op":"add","path":"/x~2","value":1}])",
           R"([{"op":"add","path":"/a/b/4","value":1}])",
           R"([{"op":"add","path":"/a/b/01","value":1}])",
           R"([{"op":"add","path":"/a/b/-5","value":1}])",
           R"([{"op":"remove","path":"/a/b/-4"}])",
           R"([{"op":"remove","path":"/a/b/-0"}])",
           R"([{"op":"add","path":"/a/b/99999999999999999999","value":1}])",
           R"([{"op":"add","path":"/a/b/x","value":1}])",
           R"([{"op":"add","path":7,"value":1}])",
           R"([{"op":7,"path":"/a"}])",
           R"([{"op":"erase","path":"/a"}])",
           R"([{"op":"remove","path":""}])",
           R"([{"op":"remove","path":"/a/t/x"}])",
           R"([{"op":"remove","path":"/a/b/-"}])",
           R"([{"op":"replace","path":"/x","value":1}])",
           R"([{"op":"replace","path":"/a/b/-","value":1}])",
           R"([{"op":"move","path":"/x"}])",
           R"([{"op":"move","from":"/a/t/x","path":"/x"}])",
           R"([{"op":"move","from":"/a","path":"/a/x"}])",
           R"([{"op":"copy","from":"/x","path":"/y"}])",
           R"([{"op":"copy","from":"/a/t","path":"/a/t/x"}])",
           R"([{"op":"test","path":"/a/t"}])",
           R"([null])",
       }) {
    INFO(bad);
    CHECK(refusal(bad) != "done");
  }
}

}  // namespace ingot::kubeadm
