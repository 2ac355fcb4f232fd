// SPDX-License-Identifier: Apache-2.0
// What the verbs on GPUs take and give: plain values, the promise behind `-o json`.
#pragma once

#include "gpu/catalogue.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ingot::attach {

enum class Verb { attach, detach };

// How pods come to a node's devices. What is not said stays as it is.
struct Offering {
  // Of each device of the kinds that are given: so many pods share it; 1 until something else is said.
  std::optional<int> replicas;
  // Whether ingot's device plugin tells the kubelet; true until something else is said.
  std::optional<bool> own_plugin;
};

struct Request {
  Verb verb = Verb::attach;
  std::string node;                  // by name: a node, or whatever else of ingot's runs
  std::vector<std::string> devices;  // see gpu::choose()
  Offering offering;                 // of attach
  // Of attach: as many others do as well, where somebody has these by now.
  bool any_will_do = false;
  // Of attach: by name, who may have the same, for they were said together.
  std::vector<std::string> sharers;
};

struct Options {
  std::chrono::milliseconds timeout{60'000};  // then Error{timed_out}
  bool force = false;  // detach: pods that use a device end; attach: also what another node has
  bool wait = true;    // false: returns before the cluster knows
};

struct Result {
  Verb verb = Verb::attach;
  std::string node;
  std::string subject;               // "node/NAME", or "instance/NAME"
  std::vector<std::string> changed;  // devices that came or went, or are offered otherwise
  std::vector<std::string> devices;  // all that it has now
  bool own_plugin = true;            // ingot's tells its kubelet
  bool changed_plugin = false;
  std::chrono::milliseconds elapsed{0};
};

struct ListedDevice {
  gpu::Offer offer;
  std::vector<std::string> nodes;  // that have it
};

struct Listing {
  std::vector<ListedDevice> devices;  // by name
  std::vector<gpu::Gpu> others;       // of which nothing can be given, each with its problem
  std::vector<std::string> problems;  // of the machine, and of CDI files
  std::string no_engine;              // why nothing is known of nodes; empty: it is
};

// One device of one node.
struct DeviceStatus {
  std::string node;
  std::string subject;  // "node/NAME", or "instance/NAME"
  std::string cluster;
  std::string device;
  // "ready": pods can have it; "given": the node has it, and another plugin than ingot's offers it to pods or
  // does not; "absent": the node has restarted and was not given it again; "unknown": it does not run.
  std::string state;
  std::int64_t replicas = 1;
  std::vector<std::string> pods;  // that use it: "default/train-1"
};

struct Reconciled {
  std::string node;
  std::string subject;  // "node/NAME", or "instance/NAME"
  bool changed = false;
  std::vector<std::string> devices;
  std::vector<std::string> lost;  // that the machine does not have any more
  std::string problem;            // why nothing could be done; empty: it was
};

// Of a node in the making: "all", a number, or names.
struct Wish {
  std::string node;
  bool all = false;
  int count = 0;
  std::vector<std::string> names;
  Offering offering;
  [[nodiscard]] bool any() const { return all || count > 0 || !names.empty(); }
};

}  // namespace ingot::attach
