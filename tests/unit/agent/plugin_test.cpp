// SPDX-License-Identifier: Apache-2.0
// The plugin's side of the device plugin API, asked by a kubelet that is a few lines of this file.
#include "base/wait.hpp"
#include "device-agent/http2.hpp"
#include "device-agent/messages.hpp"
#include "device-agent/resource.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <functional>
#include <memory>

using namespace ingot;
using Names = std::vector<std::string>;

namespace {

// Takes registrations, and asks a plugin. All in one thread, by turns with it.
class Kubelet {
 public:
  explicit Kubelet(const std::string& folder)
      : folder_(folder), listener_(agent::listen_at(folder + "/kubelet.sock")) {}

  void advance() {
    for (;;) {
      base::Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket) {
        break;
      }
      clients_.push_back(std::make_unique<agent::Connection>(
          std::move(socket), [this](agent::Connection& connection, std::int32_t stream, const std::string&,
                                    const std::string& body) {
            registered.emplace_back(agent::unframed(body).value());
            if (refuses) {
              connection.refuse(stream, 9, "not now");
            } else {
              connection.respond(stream, "");
            }
          }));
    }
    for (auto& client : clients_) {
      client->advance();
    }
    if (asking_ && !asking_->advance()) {
      asking_.reset();
    }
  }

  void ask(const std::string& socket, std::string_view method, const std::string& message) {
    status = "none yet";
    asking_ = std::make_unique<agent::Connection>(
        folder_ + "/" + socket, std::string(method), message,
        [this](const std::string& code, const std::string&) { status = code; });
  }

  Names registered;
  std::string status;
  bool refuses = false;

 private:
  std::string folder_;
  base::Fd listener_;
  std::vector<std::unique_ptr<agent::Connection>> clients_;
  std::unique_ptr<agent::Connection> asking_;
};

class Fixture {
 public:
  testing::TempDir home;
  Kubelet kubelet{home.path().string()};
  agent::Resource resource{"v.com/gpu", home.path().string()};

  // Both sides, until it is so.
  bool until(const std::function<bool()>& done) {
    for (int turn = 0; turn < 1000; ++turn) {
      resource.accept_all();
      resource.advance();
      kubelet.advance();
      if (done()) {
        return true;
      }
    }
    return false;
  }
  std::string ask(std::string_view method, const std::string& message) {
    kubelet.ask("ingot-v.com-gpu.sock", method, message);
    REQUIRE(until([&] { return kubelet.status != "none yet"; }));
    return kubelet.status;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a resource is registered by name and socket", "[agent]") {
  resource.announce();
  REQUIRE(until([&] { return !kubelet.registered.empty(); }));
  CHECK(kubelet.registered == Names{agent::register_request("ingot-v.com-gpu.sock", "v.com/gpu")});
  CHECK(until([&] { return !resource.is_unknown(); }));
}

TEST_CASE_METHOD(Fixture, "a refusal is noticed, to be tried again", "[agent]") {
  kubelet.refuses = true;
  resource.announce();
  CHECK(until([&] { return !kubelet.registered.empty() && resource.is_unknown(); }));
}

TEST_CASE("no kubelet is no failure", "[agent]") {
  const testing::TempDir home;
  agent::Resource resource("v.com/gpu", home.path().string());
  resource.announce();
  CHECK(resource.is_unknown());
}

TEST_CASE_METHOD(Fixture, "the kubelet is answered", "[agent]") {
  resource.offer({{"0", "0"}, {"1", "1"}});
  resource.announce();
  CHECK(ask(agent::kGetOptions, "") == "0");
  CHECK(ask(agent::kAllocate,
            "\x0a\x03\x0a\x01"
            "1") == "0");
  CHECK(ask(agent::kAllocate,
            "\x0a\x03\x0a\x01"
            "7") == "3");  // gone meanwhile
  CHECK(ask(agent::kAllocate, "\x0a\x77") == "3");
  CHECK(ask("/v1beta1.DevicePlugin/PreStartContainer", "") == "12");
}

TEST_CASE_METHOD(Fixture, "of several replicas a pod gets their device, once", "[agent]") {
  resource.offer({{"0::0", "0"}, {"0::1", "0"}, {"1::0", "1"}});
  CHECK(resource.ids() == Names{"0::0", "0::1", "1::0"});
  CHECK(resource.devices_for({{"0::1", "1::0", "0::0"}, {"0::0"}}) ==
        agent::Allocation{{"v.com/gpu=0", "v.com/gpu=1"}, {"v.com/gpu=0"}});
  CHECK_THROWS(resource.devices_for({{"0"}}));  // as it was before it was shared
}

TEST_CASE_METHOD(Fixture, "pods are spread over devices that they share", "[agent]") {
  resource.offer({{"0::0", "0"}, {"0::1", "0"}, {"1::0", "1"}, {"1::1", "1"}});
  // Somebody has 0::1.
  CHECK(resource.prefer({.available = {"0::0", "1::1", "1::0"}, .size = 1}) == Names{"1::0"});
  CHECK(resource.prefer({.available = {"0::0", "1::1", "1::0"}, .size = 2}) == Names{"1::0", "0::0"});
  CHECK(resource.prefer({.available = {"0::0", "1::1", "1::0"}, .included = {"1::1"}, .size = 2}) ==
        Names{"1::1", "0::0"});
  CHECK(resource.prefer({.available = {"gone", "0::0"}, .size = 9}) == Names{"0::0"});
  resource.announce();
  CHECK(ask(agent::kGetPreferred,
            "\x0a\x06\x0a\x04"
            "0::0") == "0");
  CHECK(ask(agent::kGetPreferred, "\x0a\x77") == "3");
}

TEST_CASE_METHOD(Fixture, "who listens is told, of changes too", "[agent]") {
  resource.announce();
  CHECK_FALSE(resource.is_told());
  kubelet.ask("ingot-v.com-gpu.sock", agent::kListAndWatch, "");
  CHECK(until([&] { return resource.is_told(); }));
  resource.offer({{"0", "0"}});
  CHECK_FALSE(resource.is_told());
  CHECK(until([&] { return resource.is_told(); }));
  CHECK(kubelet.status == "none yet");  // the stream goes on
}
