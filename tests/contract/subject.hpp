// SPDX-License-Identifier: Apache-2.0
// An engine whose behaviour is tested: the fake, or a real one if one answers. Each belief is a test for
// both; the real half says "SKIPPED: ..." where there is no engine (ctest then shows it as skipped). What a
// Subject makes carries its label and is removed with it.
#pragma once

#include "docker/engine.hpp"
#include "support/fake_engine/fake_engine.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot::contract {

struct Answer {
  int status = 0;
  std::string message;  // of a refusal
  nlohmann::json json;  // null if the body is none
};

class Subject {
 public:
  Subject(docker::EngineAddress address, std::unique_ptr<testing::FakeEngine> fake);
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // The library's view of the engine.
  docker::Engine engine;

  // The wire, as it is.
  [[nodiscard]] Answer ask(const std::string& method, const std::string& target,
                           const std::string& body = {});
  [[nodiscard]] Answer ask(const std::string& method, const std::string& target, const nlohmann::json& body) {
    return ask(method, target, body.dump());
  }

  // Unique to this subject: "ic-1234-5-x".
  [[nodiscard]] std::string name(const std::string& what) const { return prefix_ + what; }
  [[nodiscard]] const std::string& label() const { return label_; }
  // Holds the probe (probe.cpp) and nothing else.
  [[nodiscard]] const std::string& image() const { return image_; }

  // A spec that runs the probe with these words, labelled.
  [[nodiscard]] docker::ContainerSpec spec(std::vector<std::string> words = {"wait"}) const;
  [[nodiscard]] std::string create(const std::string& what, const docker::ContainerSpec& spec);
  // Until the probe hears signals; for the word "wait".
  void start_waiting(const std::string& id);
  // Created and started; one that waits does so.
  [[nodiscard]] std::string run(const std::string& what, std::vector<std::string> words = {"wait"});
  // A network with a subnet of its own; the first three numbers of its addresses ("10.3.7").
  std::string create_network(const std::string& what, const std::string& prefix_length = "24");

 private:
  void import_image();
  void clean_up();

  std::unique_ptr<testing::FakeEngine> fake_;
  http::Client wire_;
  std::string prefix_;
  std::string label_;
  std::string image_;
  std::vector<std::string> networks_;
};

struct OnFake {
  static std::unique_ptr<Subject> open();
};
struct OnReal {
  static std::unique_ptr<Subject> open();  // null: none answers
};

// Runs `belief` on the engine, or says that there is none.
template <typename On>
void on_engine(const std::function<void(Subject&)>& belief);

extern template void on_engine<OnFake>(const std::function<void(Subject&)>& belief);
extern template void on_engine<OnReal>(const std::function<void(Subject&)>& belief);

// The code of the base::Error that `call` throws; nothing if it throws none.
[[nodiscard]] std::optional<base::ErrorCode> error_of(const std::function<void()>& call);

}  // namespace ingot::contract
