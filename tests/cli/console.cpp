// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include "run.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace ingot::testing {

namespace {

// What a kubelet and a controller would add: the static pods' mirrors, and DaemonSets that run everywhere.
void look_healthy(FakeKubernetes& api) {
  api.react("Node", [](FakeKubernetes& there, const ResourcePath&, Json& node) {
    for (const std::string component :
         {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}) {
      const std::string name = component + "-" + node.at("metadata").at("name").get<std::string>();
      there.create("/api/v1/namespaces/kube-system/pods",
                   {{"apiVersion", "v1"},
                    {"kind", "Pod"},
                    {"metadata",
                     {{"name", name}, {"labels", {{"component", component}, {"tier", "control-plane"}}}}}});
    }
  });
  api.react("DaemonSet", [](FakeKubernetes&, const ResourcePath&, Json& set) {
    set["status"] = {{"desiredNumberScheduled", 1}, {"numberReady", 1}};
  });
}

}  // namespace

Console::Console()
    : nodes(engine, {.prepare = [this](FakeKubernetes& api) {
              look_healthy(api);
              if (prepare) {
                prepare(api);
              }
            }}) {
  const auto keep = [this](std::string& text) {
    return [this, &text](std::string_view piece) {
      const std::lock_guard lock(mutex_);
      text += piece;
      return cli::Written::fine;
    };
  };
  host.out.write = keep(out);
  host.err.write = keep(err);
  host.in.read = [this](const std::stop_token&) {
    std::string piece;
    if (!input_.empty()) {
      piece = input_.front();
      input_.pop_front();
    }
    return piece;
  };
  host.working_dir = home.path().string();
  host.interrupts.stop = stop_.get_token();
  host.signal = [this] { return stop_.stop_requested() ? SIGINT : 0; };
  host.environment = {{"HOME", home.path().string()},
                      {"DOCKER_HOST", engine.address().host},
                      {"INGOT_PROGRESS", "quiet"},
                      {"INGOT_TIMEOUT", "20s"}};
}

Console::~Console() {
  CHECK(engine.violations() == std::vector<std::string>());
}

int Console::run(const std::vector<std::string>& words) {
  out.clear();
  err.clear();
  return cli::run(words, host);
}

void Console::press_ctrl_c() {
  stop_.request_stop();
}

}  // namespace ingot::testing
