// SPDX-License-Identifier: Apache-2.0
// Certificates of clusters: shown whatever they are, and renewed.
#include "base/error.hpp"
#include "certs/results.hpp"
#include "docker/engine.hpp"
#include "engine/cluster_fixture.hpp"
#include "engine/engine_fixture.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "pki/certificate.hpp"
#include "pki/inspect.hpp"
#include "tar/tar.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace ingot;
using Catch::Matchers::Contains;
using certs::State;
using cluster::Bootstrap;
using testing::ClusterFixture;
using testing::failure_of;
using Names = std::vector<std::string>;

namespace {

constexpr const char* kPki = "/etc/kubernetes/pki/";
constexpr const char* kMarker = "/etc/kubernetes/.ingot-renewal";

class Certificates : public ClusterFixture {
 public:
  void create_one(int workers = 0, int control_planes = 1, Bootstrap bootstrap = Bootstrap::native) {
    create(spec("one", workers, control_planes), options(bootstrap));
  }
  certs::Listing show() { return session.show_certificates("one", options().kubeconfig, {}); }
  certs::RenewRequest request(bool force = false) const {
    return {.cluster = "one", .force = force, .kubeconfig = options().kubeconfig};
  }
  certs::RenewResult renew(bool force = false) {
    return session.renew_certificates(request(force), {}, events);
  }

  [[nodiscard]] std::string file(const std::string& path, const std::string& node = "one-control-plane") {
    return fake.file(node, path).value_or("");
  }
  void write(const std::string& path, const std::string& content,
             const std::string& node = "one-control-plane") {
    docker::Engine(fake.address()).put_archive(node, "/", tar::pack({{path, content}}), {});
  }
  // Ended yesterday.
  void expire(const std::string& name, const std::string& node = "one-control-plane") {
    const auto ca = pki::Authority::from_pem(file(std::string(kPki) + "ca.crt", node),
                                             file(std::string(kPki) + "ca.key", node), "ca");
    const auto issued = ca.reissue(file(kPki + name + ".crt", node), std::chrono::hours(-24));
    write(kPki + name + ".crt", issued.certificate, node);
    write(kPki + name + ".key", issued.key, node);
  }
  [[nodiscard]] Names bad() {
    Names names;
    for (const auto& one : show().certificates) {
      if (one.state != State::valid) {
        names.push_back(one.node + "/" + one.name);
      }
    }
    return names;
  }
};

}  // namespace

TEST_CASE("every certificate of every node is shown, and the user's", "[engine]") {
  Certificates one;
  one.create_one(1);
  const auto listing = one.show();
  CHECK(listing.count(State::valid) == static_cast<int>(listing.certificates.size()));
  CHECK(listing.certificates.size() == 19);
  CHECK(listing.certificates.back().name == "kubeconfig");
  CHECK(listing.certificates.back().node.empty());
  CHECK(failure_of([&] { std::ignore = one.session.show_certificates("two", {}, {}); }).code ==
        base::ErrorCode::not_found);
}

TEST_CASE("certificates of a stopped cluster are shown, and not renewed", "[engine]") {
  Certificates one;
  one.create_one();
  one.session.change_cluster(lifecycle::Verb::stop, {.cluster = "one"}, {}, {}, one.events);
  CHECK(one.show().certificates.size() == 17);
  const auto failure = failure_of([&] { one.renew(true); });
  CHECK(failure.code == base::ErrorCode::already_exists);
  CHECK(failure.remedy == "ingot cluster start one --no-wait");
}

TEST_CASE("what lasts as long as it can stays; with force everything is new but the authorities",
          "[engine]") {
  Certificates one;
  one.create_one(1);
  CHECK_FALSE(one.renew().changed());
  const auto authority = one.file(std::string(kPki) + "ca.crt");
  const auto key = one.file(std::string(kPki) + "apiserver.key");
  const auto before = kubeconfig::find_access(one.kubeconfig_path(), "kind-one");
  const auto result = one.renew(true);
  REQUIRE(result.nodes.size() == 2);
  CHECK(result.nodes[0].renewed.size() == 13);
  CHECK(result.nodes[1].renewed == Names{"kubelet-client", "kubelet"});
  CHECK(result.is_cut);
  CHECK(one.file(std::string(kPki) + "ca.crt") == authority);
  CHECK(one.file(std::string(kPki) + "apiserver.key") != key);
  CHECK(one.bad().empty());
  const auto after = kubeconfig::find_access(one.kubeconfig_path(), "kind-one");
  REQUIRE((before && after));
  CHECK(after->certificate != before->certificate);
  CHECK(after->server == before->server);
  CHECK(result.kubeconfigs == Names{one.kubeconfig_path()});
  CHECK_FALSE(one.renew().changed());
}

TEST_CASE("what has expired is renewed, and nothing else", "[engine]") {
  Certificates one;
  one.create_one();
  one.expire("apiserver-kubelet-client");
  CHECK(one.bad() == Names{"one-control-plane/apiserver-kubelet-client"});
  const auto plan = one.session.plan_renew(one.request(), {});
  CHECK_THAT(plan, Contains("apiserver-kubelet-client: expired"));
  const auto result = one.renew();
  REQUIRE(result.nodes.size() == 1);
  CHECK(result.nodes[0].renewed == Names{"apiserver-kubelet-client"});
  CHECK(result.kubeconfigs.empty());
  CHECK(one.bad().empty());
}

TEST_CASE("control planes are renewed one after the other, unless none can be well alone", "[engine]") {
  Certificates one;
  one.create_one(0, 2);
  const auto step_of = [&](const std::string& plan) {
    return plan.substr(0, plan.find('\n', plan.find("#3")));
  };
  CHECK_THAT(step_of(one.session.plan_renew(one.request(true), {})),
             Contains("#3 node/one-control-plane2/renew <- #2"));
  one.expire("apiserver", "one-control-plane2");
  CHECK_THAT(one.session.plan_renew(one.request(true), {}),
             Contains("#2 node/one-control-plane2/renew:") && Contains("/well <- #1, #2"));
  CHECK(one.renew().nodes.size() == 1);
  CHECK(one.bad().empty());
}

TEST_CASE("a key of another certificate is what an interrupted renewal leaves, and the next mends",
          "[engine]") {
  Certificates one;
  one.create_one();
  one.write(std::string(kPki) + "apiserver.key", one.file(std::string(kPki) + "etcd/peer.key"));
  one.write(std::string(kPki) + ".apiserver.key.ingot-new", "staged");
  one.write(kMarker, std::string(kPki) + "apiserver.crt\n");
  CHECK(one.bad() == Names{"one-control-plane/apiserver"});
  CHECK(one.renew().changed());
  CHECK(one.bad().empty());
  CHECK(one.file(kMarker).empty());
}

TEST_CASE("a node with nothing left to renew is restarted where a renewal was interrupted", "[engine]") {
  Certificates one;
  one.create_one();
  one.write(kMarker, "");
  CHECK_THAT(one.session.plan_renew(one.request(), {}),
             Contains("an interrupted renewal left it unfinished"));
  CHECK(one.renew().nodes.size() == 1);
  CHECK_FALSE(one.renew().changed());
}

TEST_CASE("everything that cannot be renewed is told at once, and nothing changes", "[engine]") {
  Certificates one;
  one.create_one();
  one.write(std::string(kPki) + "etcd/ca.key", "");
  one.write(std::string(kPki) + "apiserver.crt", "nonsense");
  const auto key = one.file("/etc/kubernetes/admin.conf");
  const auto failure = failure_of([&] { one.renew(true); });
  CHECK(failure.code == base::ErrorCode::unsupported);
  CHECK(failure.problems ==
        Names{"one-control-plane: etcd/ca.key is not there: its certificates are issued elsewhere",
              "one-control-plane: /etc/kubernetes/pki/apiserver.crt is no certificate"});
  CHECK(one.file("/etc/kubernetes/admin.conf") == key);
}

TEST_CASE("a kubeconfig of another cluster of the name stays as it is", "[engine]") {
  Certificates one;
  one.create_one();
  auto other = *kubeconfig::find_access(one.kubeconfig_path(), "kind-one");
  other.ca = pki::Authority::make("kubernetes").certificate();
  kubeconfig::merge(one.kubeconfig_path(), "kind-one", other, {});
  CHECK(one.show().certificates.back().name == "kubelet");
  CHECK(one.renew(true).kubeconfigs.empty());
  CHECK(kubeconfig::find_access(one.kubeconfig_path(), "kind-one")->certificate == other.certificate);
}

TEST_CASE("a cluster that kubeadm made is renewed as well", "[engine]") {
  Certificates one;
  one.create_one(0, 1, Bootstrap::kubeadm);
  CHECK(one.renew(true).changed());
  CHECK(one.bad().empty());
}
