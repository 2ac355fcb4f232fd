// SPDX-License-Identifier: Apache-2.0
// What each field of a cluster file may hold, one line for each value. Where kind decides differently, the
// line says so; docs/cluster-file.md gives the reasons. The verdicts were compared with kind 0.33's.
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/validate.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ingot::config {
namespace {

constexpr bool good = true;
constexpr bool bad = false;

struct Case {
  std::string value;
  bool verdict;
};

std::string first_problem(const std::string& body) {
  try {
    auto spec = load_cluster_file("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n" + body, "x");
    apply_defaults(spec, {.working_dir = "/work"});
    const auto problems = validate(spec);  // not what is only not supported yet
    return problems.empty() ? "none" : to_text(problems.front());
  } catch (const base::Error& error) {
    return error.failure().problems.empty() ? error.failure().message : error.failure().problems.front();
  }
}

void judge(const std::string& around, const std::vector<Case>& cases) {
  for (const auto& [value, verdict] : cases) {
    const auto body = fmt::format(fmt::runtime(around), value);
    INFO(body);
    const auto problem = first_problem(body);
    INFO(problem);
    CHECK((problem == "none") == verdict);
  }
}

}  // namespace

TEST_CASE("rule: name", "[config][rules]") {
  judge("name: {}\n", {{"a", good},
                       {"a-", good},  // a--control-plane is a name for a node
                       {"0.1", good},
                       {"123", good},
                       {"true", good},
                       {"''", good},  // as not given
                       {"null", good},
                       {"-a", bad},  // kind: the engine refuses the container
                       {"a.", bad},  // kind: kubelet refuses the node
                       {"a..b", bad},
                       {"A", bad},
                       {"a_b", bad},
                       {"'a b'", bad},
                       {"[a]", bad}});
}

TEST_CASE("rule: nodes", "[config][rules]") {
  judge("nodes: {}\n", {{"", good},
                        {"[]", good},
                        {"[null]", good},
                        {"[{}]", good},
                        {"[null, {role: worker}]", bad},  // the null is no node
                        {"[{role: worker}]", bad},
                        {"{}", bad},
                        {"x", bad},
                        {"[x]", bad},
                        {"[{role: ''}]", good},
                        {"[{role: null}]", good},
                        {"[{role: Worker}]", bad},
                        {"[{image: ''}]", good},
                        {"[{image: 1}]", good}});
}

TEST_CASE("rule: labels", "[config][rules]") {
  judge("nodes: [{{labels: {}}}]\n", {{"null", good},
                                      {"{a: b}", good},
                                      {"{a: 1}", good},
                                      {"{a: true}", good},
                                      {"{a: null}", good},
                                      {"{a: ''}", good},
                                      {"{1: a}", good},
                                      {"{example.org/a: b}", good},
                                      {"[a]", bad},
                                      {"{a: [b]}", bad},
                                      {"{a: b, a: c}", bad},
                                      {"{'a b': c}", bad},    // kind: kubelet refuses it
                                      {"{a: 'b c'}", bad}});  // the same
}

TEST_CASE("rule: ports", "[config][rules]") {
  const std::vector<Case> numbers = {
      {"80", good},         {"65535", good},      {"0x50", good}, {"+80", good}, {"0b11", good},
      {"!!int '80'", good}, {"65536", bad},       {"-2", bad},    {"'80'", bad}, {"true", bad},
      {"[1]", bad},         {"99999999999", bad}, {"80.5", bad},  // kind cuts the fraction off
      {"010", bad}};                                              // kind reads 8
  judge("nodes: [{{extraPortMappings: [{{containerPort: 1, hostPort: {}}}]}}]\n", numbers);
  judge("nodes: [{{extraPortMappings: [{{hostPort: 1, containerPort: {}}}]}}]\n", numbers);
  judge("networking: {{apiServerPort: {}}}\n", numbers);
  const std::vector<Case> chosen = {{"0", good}, {"-1", good}, {"null", good}};
  judge("nodes: [{{extraPortMappings: [{{containerPort: 1, hostPort: {}}}]}}]\n", chosen);
  judge("networking: {{apiServerPort: {}}}\n", chosen);
  // kind: the engine refuses them
  judge("nodes: [{{extraPortMappings: [{{hostPort: 1, containerPort: {}}}]}}]\n",
        {{"0", bad}, {"-1", bad}, {"null", bad}});
}

TEST_CASE("rule: addresses", "[config][rules]") {
  const std::vector<Case> cases = {{"127.0.0.1", good}, {"''", good},
                                   {"null", good},      {"'::1'", good},
                                   {"'::'", good},      {"0.0.0.0", good},
                                   {"localhost", bad},  {"1.2.3", bad},
                                   {"01.2.3.4", bad},   {"1", bad},
                                   {"'1.2.3.4 '", bad}, {"'fe80::1%eth0'", bad},
                                   {"[a]", bad},        {"'::ffff:1.2.3.4'", good}};
  judge("nodes: [{{extraPortMappings: [{{containerPort: 1, hostPort: 1, listenAddress: {}}}]}}]\n", cases);
  judge("networking: {{apiServerAddress: {}}}\n", cases);  // kind: the engine refuses what is no address
}

TEST_CASE("rule: protocol", "[config][rules]") {
  judge("nodes: [{{extraPortMappings: [{{containerPort: 1, protocol: {}}}]}}]\n", {{"TCP", good},
                                                                                   {"tcp", good},
                                                                                   {"Udp", good},
                                                                                   {"sctp", good},
                                                                                   {"''", good},
                                                                                   {"null", good},
                                                                                   {"ICMP", bad},
                                                                                   {"6", bad},
                                                                                   {"'tcp '", bad}});
}

TEST_CASE("rule: a host port is mapped once", "[config][rules]") {
  judge(
      "nodes: [{{extraPortMappings: [{}]}}]\n",
      {{"{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 81}", good},
       {"{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80}", bad},
       {"{containerPort: 1, hostPort: 80, protocol: UDP}, {containerPort: 2, hostPort: 80}", good},
       {"{containerPort: 1, hostPort: 80, protocol: tcp}, {containerPort: 2, hostPort: 80}", bad},
       {"{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}, {containerPort: 2, hostPort: 80}", bad},
       {"{containerPort: 1, hostPort: 80}, {containerPort: 2, hostPort: 80, listenAddress: 127.0.0.1}", bad},
       {"{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}, "
        "{containerPort: 2, hostPort: 80, listenAddress: 127.0.0.2}",
        good},
       {"{containerPort: 1, hostPort: 80, listenAddress: '::'}, "
        "{containerPort: 2, hostPort: 80, listenAddress: 127.0.0.1}",
        bad},
       {"{containerPort: 1, hostPort: 80, listenAddress: '::1'}, "
        "{containerPort: 2, hostPort: 80, listenAddress: '0:0::1'}",
        bad},
       {"{containerPort: 1, hostPort: 80, listenAddress: '::ffff:127.0.0.1'}, "
        "{containerPort: 2, hostPort: 80, listenAddress: 127.0.0.1}",
        bad},
       {"{containerPort: 1}, {containerPort: 1}", good},
       {"{containerPort: 1, hostPort: -1}, {containerPort: 1, hostPort: -1}", good}});
  // kind: the engine refuses the second
  judge(
      "networking: {{apiServerPort: 80, apiServerAddress: {}}}\n"
      "nodes: [{{extraPortMappings: [{{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}}]}}]\n",
      {{"127.0.0.1", bad}, {"127.0.0.2", good}});
}

TEST_CASE("rule: mounts", "[config][rules]") {
  judge("nodes: [{{extraMounts: [{}]}}]\n",
        {{"{hostPath: a, containerPath: /b}", good},
         {"{hostPath: '', containerPath: /b}", good},  // the working folder
         {"{containerPath: /b}", good},                // the same
         {"null", good},
         {"{hostPath: '~/x', containerPath: /b}", good},  // nobody expands it
         {"{hostPath: /a, containerPath: /b, readOnly: yes}", good},
         {"{hostPath: /a, containerPath: /b, readOnly: 'true'}", bad},
         {"{hostPath: /a, containerPath: /b, readOnly: 1}", bad},
         {"{hostPath: /a, containerPath: /b, readonly: true}", bad},
         {"{hostPath: /a, containerPath: /b, selinuxRelabel: on}", good},
         // kind: the engine refuses these
         {"{hostPath: /a}", bad},
         {"{hostPath: /a, containerPath: b}", bad},
         {"{hostPath: /a, containerPath: /}", bad},
         {"{hostPath: '/a:b', containerPath: /b}", bad},
         {"{hostPath: /a, containerPath: /b}, {hostPath: /c, containerPath: /b}", bad}});
  judge("nodes: [{{extraMounts: [{{hostPath: /a, containerPath: /b, propagation: {}}}]}}]\n",
        {{"None", good},
         {"HostToContainer", good},
         {"Bidirectional", good},
         {"''", good},
         {"null", good},
         {"none", bad},
         {"rshared", bad}});
}

TEST_CASE("rule: words and switches", "[config][rules]") {
  judge("networking: {{kubeProxyMode: {}}}\n", {{"iptables", good},
                                                {"ipvs", good},
                                                {"nftables", good},
                                                {"none", good},
                                                {"''", good},
                                                {"null", good},
                                                {"None", bad},
                                                {"userspace", bad}});
  judge("networking: {{ipFamily: {}, podSubnet: '', serviceSubnet: ''}}\n", {{"ipv4", good},
                                                                             {"ipv6", good},
                                                                             {"dual", good},
                                                                             {"''", good},
                                                                             {"null", good},
                                                                             {"IPv4", bad},
                                                                             {"4", bad}});
  const std::vector<Case> switches = {{"true", good}, {"yes", good}, {"no", good},   {"on", good},
                                      {"TRUE", good}, {"y", good},   {"null", good}, {"'true'", bad},
                                      {"1", bad},     {"[]", bad}};
  judge("networking: {{disableDefaultCNI: {}}}\n", switches);
  judge("featureGates: {{A: {}}}\n", switches);
}

TEST_CASE("rule: subnets", "[config][rules]") {
  judge("networking: {{ipFamily: ipv4, podSubnet: '{}'}}\n", {{"10.1.0.0/16", good},
                                                              {"", good},
                                                              {"10.1.2.3/16", good},  // the rest is cut off
                                                              {"10.1.0.0", bad},
                                                              {"10.1.0.0/33", bad},
                                                              {"10.1.0.0/016", bad},
                                                              {"fd00::/56", bad},
                                                              {"10.1.0.0/16,fd00::/56", bad},
                                                              {"10.1.0.0/16,10.2.0.0/16", bad},
                                                              {"10.1.0.0/16,", bad}});
  judge("networking: {{ipFamily: dual, podSubnet: '{}'}}\n", {{"10.1.0.0/16", good},
                                                              {"fd00::/56", good},
                                                              {"10.1.0.0/16,fd00::/56", good},
                                                              {"fd00::/56,10.1.0.0/16", good},
                                                              {"10.1.0.0/16, fd00::/56", bad},
                                                              {"10.1.0.0/16,10.2.0.0/16", bad},
                                                              {"10.1.0.0/16,fd00::/56,fd01::/56", bad}});
  judge("networking: {{ipFamily: ipv6, serviceSubnet: '{}'}}\n",
        {{"fd00:9::/112", good}, {"10.1.0.0/16", bad}, {"fd00:9::/112,10.1.0.0/16", bad}});
}

TEST_CASE("rule: search domains", "[config][rules]") {
  judge("networking: {{dnsSearch: {}}}\n", {{"null", good},
                                            {"[]", good},
                                            {"[a.b, c]", good},
                                            {"[a, a]", good},
                                            {"[null]", good},
                                            {"['']", good},
                                            {"['a b']", good},  // two of them in the node
                                            {"[1]", good},
                                            {"a.b", bad},
                                            {"{}", bad},
                                            {"[\"a\\nb\"]", bad},
                                            {"['a\"']", bad}});
}

TEST_CASE("rule: maps for the API server", "[config][rules]") {
  judge("runtimeConfig: {}\n", {{"{a/b: 'true'}", good},
                                {"{a: true}", good},
                                {"{a: 1}", good},
                                {"{a: null}", good},
                                {"null", good},
                                {"{a: [b]}", bad},
                                {"[]", bad},
                                {"{'a,b': c}", bad}});  // kind: the API server does not start
  judge("featureGates: {}\n", {{"{}", good},
                               {"null", good},
                               {"{A: true, A: false}", bad},
                               {"[]", bad},
                               {"{'a b': true}", bad}});  // the same
}

TEST_CASE("rule: patches", "[config][rules]") {
  for (const auto* field :
       {"kubeadmConfigPatches", "containerdConfigPatches", "containerdConfigPatchesJSON6902"}) {
    judge(std::string(field) + ": {}\n",
          {{"[]", good}, {"null", good}, {"[null]", good}, {"x", bad}, {"[{a: b}]", bad}, {"['a: [']", bad}});
  }
  judge("kubeadmConfigPatches: [{}]\n", {{"''", good},
                                         {"'kind: A'", good},
                                         {"\"kind: A\\na: 1\\na: 2\"", good},  // the last one counts
                                         {"'{\"kind\": \"A\"}'", good},
                                         {"'a: b'", bad},  // kind drops it without a word
                                         {"1", bad}});
  judge("kubeadmConfigPatchesJSON6902: {}\n", {{"[]", good},
                                               {"[null]", good},
                                               {"[{kind: A, patch: '[]'}]", good},
                                               {"[{kind: A, group: g, version: v, patch: ''}]", good},
                                               {"[{kind: A, name: x}]", bad},
                                               {"[{kind: A, patch: [{op: add}]}]", bad},
                                               {"[{patch: '[]'}]", bad}});  // kind drops it without a word
}

TEST_CASE("rule: the file", "[config][rules]") {
  CHECK(first_problem("---\nkind: other\n") == "none");
  CHECK(first_problem("nodes:\n- &n {role: control-plane}\n- <<: *n\n  role: worker\n") == "none");
  for (const auto* body : {"Name: a\n", "foo: bar\n", "metadata: {name: a}\n", "name: a\nname: a\n",
                           "networking:\n\tipFamily: ipv4\n", "networking: []\n"}) {
    INFO(body);
    CHECK(first_problem(body) != "none");
  }
}

}  // namespace ingot::config
