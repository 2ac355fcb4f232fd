// SPDX-License-Identifier: Apache-2.0
// A Docker engine in this process: real HTTP over a real unix socket in a folder of its own, containers that
// are threads, networks and images that are entries in a map. It behaves as Docker 26.1 does, as far as
// tests/contract checks both; on top it is strict (violations()) and can be made to fail (faults). All
// members may be called from any thread, also from programs. The destructor ends every container.
#pragma once

#include "docker/engine.hpp"
#include "support/fake_engine/faults.hpp"
#include "support/fake_engine/program.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ingot::testing {

// A request as it came.
struct RecordedRequest {
  std::size_t number = 0;  // from 1, in order of arrival
  std::string method;
  std::string path;  // without version and query
  std::map<std::string, std::string> query;
  std::string body;
  int status = 0;  // of the answer; 0: none yet, or none at all
};

struct FakeImage {
  std::string reference;  // "kindest/node:v1.31.0"
  std::map<std::string, std::string> labels = {};
  std::vector<std::string> entrypoint = {};
  std::vector<std::string> command = {};
  std::vector<std::string> env = {};
  std::map<std::string, std::string> files = {};  // path -> content
  std::string archive = {};                       // what an export gives
  std::vector<std::string> layers = {};  // digests, one at most; empty: the engine does not tell of them
};

// What is left in the engine, for tests that want to know that nothing is.
struct FakeContainer {
  std::string id;
  std::string name;
  std::string image;
  std::string state;
  std::map<std::string, std::string> labels;
  std::string address;
};

class FakeEngine {
 public:
  FakeEngine();
  ~FakeEngine();
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  [[nodiscard]] docker::EngineAddress address() const;
  [[nodiscard]] Faults& faults();

  // --- what there is to begin with
  void add_image(const FakeImage& image);            // present
  void add_to_registry(const FakeImage& image);      // to be pulled
  void add_program(Choice choice, Program program);  // later ones win
  void add_program(std::vector<std::string> first_words, Program program);

  // --- what has become of it
  [[nodiscard]] std::vector<FakeContainer> containers() const;
  // "key" or "key=value".
  [[nodiscard]] std::vector<FakeContainer> containers_with_label(const std::string& label) const;
  // Names, without the engine's own.
  [[nodiscard]] std::vector<std::string> networks() const;
  // Names, without those that belong to containers.
  [[nodiscard]] std::vector<std::string> volumes() const;
  // A regular file in a container, by name or id.
  [[nodiscard]] std::optional<std::string> file(const std::string& container, const std::string& path) const;
  [[nodiscard]] std::vector<std::string> file_paths(const std::string& container) const;
  [[nodiscard]] std::vector<RecordedRequest> requests() const;
  // Those whose path matches the regular expression as a whole.
  [[nodiscard]] std::vector<RecordedRequest> requests(const std::string& method,
                                                      const std::string& path) const;
  // Unknown routes, fields, queries and commands, and programs that threw. A test checks that it is empty.
  [[nodiscard]] std::vector<std::string> violations() const;
  // One line per request, then the violations: for the artifacts of a failed test.
  [[nodiscard]] std::string report() const;

  // Everybody is cut off and nobody listens any more; what it holds stays.
  void die();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot::testing
