// SPDX-License-Identifier: Apache-2.0
#include "engine/gpus_fixture.hpp"

#include "docker/engine.hpp"
#include "engine/engine_fixture.hpp"
#include "tar/tar.hpp"

#include <fstream>

namespace ingot::testing {

using nlohmann::json;

namespace {

std::string device(const std::string& name) {
  return "- {name: \"" + name + "\", containerEdits: {deviceNodes: [{path: /dev/fake" + name +
         ", hostPath: /dev/null}]}}\n";
}

}  // namespace

GpusFixture::GpusFixture() {
  std::ofstream(home / "fake.yaml") << "cdiVersion: 0.5.0\nkind: v.com/gpu\ndevices:\n"
                                    << device("0") << device("1") << device("2");
  fake.add_program({kAgent, "sync"}, [this](Process& process) { return sync(process); });
  fake.add_program({kAgent, "users"}, [this](Process& process) {
    process.out(users);
    return 0;
  });
  fake.add_program({"cat", "/run/cdi/ingot-v.com-gpu.json"}, [this](Process& process) {
    const std::scoped_lock lock(mutex_);
    const auto found = described_.find(process.info().container_name);
    process.out(found == described_.end() ? "cat: no such file\n" : found->second.dump());
    return 0;
  });
}

attach::Result GpusFixture::change(attach::Verb verb, const std::string& node,
                                   const std::vector<std::string>& devices, bool force) {
  return session.change_devices(roots, {.verb = verb, .node = node, .devices = devices}, {.force = force}, {},
                                events);
}

base::Failure GpusFixture::refusal(attach::Verb verb, const std::string& node,
                                   const std::vector<std::string>& devices, bool force) {
  return failure_of([&] { change(verb, node, devices, force); });
}

std::vector<std::string> GpusFixture::given(const std::string& node) {
  std::vector<std::string> names;
  const auto text = fake.file(node, kState);
  const auto state = text ? json::parse(*text) : json{{"grants", json::array()}};
  for (const auto& grant : state.at("grants")) {
    names.push_back(grant.at("device"));
  }
  return names;
}

void GpusFixture::put(const std::string& node, const std::string& path, const std::string& text) {
  docker::Engine(fake.address()).put_archive(node, "/", tar::pack({{path, text}}), {});
}

void GpusFixture::lose_devices(const std::string& node) {
  const std::scoped_lock lock(mutex_);
  described_.erase(node);
}

int GpusFixture::sync(Process& process) {
  const std::scoped_lock lock(mutex_);  // several containers may be given something at once
  last_request = json::parse(process.read_file("/request.json").value());
  if (failures > 0) {
    --failures;
    process.err("the machine has no device /dev/null\n");
    return 1;
  }
  docker::Engine engine(fake.address());
  for (const auto& container : fake.containers()) {
    const auto info = engine.inspect_container(container.id, {});
    if (!info || info->pid != last_request.at("pid")) {  // helpers of others go meanwhile
      continue;
    }
    const json state = {{"grants", last_request.at("grants")},
                        {"hidden", last_request.at("hidden")},
                        {"tellsKubelet", last_request.at("tellsKubelet")}};
    put(container.name, kState, state.dump());
    json devices = json::array();
    for (const auto& grant : last_request.at("grants")) {
      const std::string name = grant.at("device");
      devices.push_back({{"name", name.substr(name.find('=') + 1)}});
    }
    described_[container.name] = {{"kind", "v.com/gpu"}, {"devices", devices}};
  }
  process.out(R"({"changed": true, "told": true})");
  return 0;
}

}  // namespace ingot::testing
