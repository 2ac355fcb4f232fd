// SPDX-License-Identifier: Apache-2.0
#include "contract/subject.hpp"

#include "tar/tar.hpp"

#include <fmt/format.h>
#include <unistd.h>
#define CATCH_CONFIG_EXTERNAL_INTERFACES  // listeners
#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace ingot::contract {

namespace {

docker::EngineAddress real_address() {
  const char* host = std::getenv("DOCKER_HOST");
  return {.host = host == nullptr ? "" : host};
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string image_tar() {
  return tar::pack({{.path = "/probe", .content = read_file(INGOT_CONTRACT_PROBE), .mode = 0755},
                    {.path = "/data/hello.txt", .content = "hello\n"}});
}

// Cases that found no real engine.
std::atomic<int>& skipped() {
  static std::atomic<int> count = 0;
  return count;
}

class SkipCounter final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  void testRunEnded(const Catch::TestRunStats& stats) override {
    if (skipped() > 0) {
      std::cout << "SKIPPED: " << skipped() << " cases in all: no real engine answered\n";
    }
    TestEventListenerBase::testRunEnded(stats);
  }
};

CATCH_REGISTER_LISTENER(SkipCounter)

// Different in every process and test.
std::string unique_prefix() {
  static std::atomic<int> count = 0;
  return fmt::format("ic-{}-{}-", ::getpid(), ++count);
}

}  // namespace

Subject::Subject(docker::EngineAddress address, std::unique_ptr<testing::FakeEngine> fake)
    : engine(address),
      fake_(std::move(fake)),
      wire_(docker::to_endpoint(address)),
      prefix_(unique_prefix()),
      label_("dev.ingot.contract=" + prefix_),
      image_(fmt::format("ingot-contract/{}image:1", prefix_)) {
  import_image();
}

Subject::~Subject() {
  try {
    clean_up();
  } catch (const base::Error& error) {
    std::cerr << "the contract test left things behind: " << error.what() << "\n";
  }
}

void Subject::import_image() {
  const std::string target =
      fmt::format("/v1.41/images/create?fromSrc=-&repo={}&tag=1", image_.substr(0, image_.rfind(':')));
  http::Request request{.method = "POST",
                        .target = target,
                        .headers = {{"Content-Type", "application/x-tar"}},
                        .body = image_tar()};
  const auto answer = wire_.send(request, {});
  INFO(answer.body);
  REQUIRE(answer.status == 200);
}

void Subject::clean_up() {
  for (const auto& container : engine.list_containers({label_}, {})) {
    engine.remove_container(container.id, {});
  }
  for (const auto& network : networks_) {
    engine.remove_network(network, {});
  }
  static_cast<void>(ask("DELETE", "/v1.41/images/" + image_ + "?force=1"));
}

Answer Subject::ask(const std::string& method, const std::string& target, const std::string& body) {
  http::Request request{.method = method, .target = target, .body = body};
  if (!body.empty()) {
    request.headers = {{"Content-Type", body.front() == '{' ? "application/json" : "application/x-tar"}};
  }
  const auto response = wire_.send(request, {});
  Answer answer{.status = response.status};
  answer.json = nlohmann::json::parse(response.body, nullptr, false);
  if (answer.json.is_object() && answer.json.contains("message")) {
    answer.message = answer.json.at("message");
  }
  return answer;
}

docker::ContainerSpec Subject::spec(std::vector<std::string> words) const {
  words.insert(words.begin(), "/probe");
  return {.image = image_, .command = std::move(words), .labels = {{"dev.ingot.contract", prefix_}}};
}

std::string Subject::create(const std::string& what, const docker::ContainerSpec& spec) {
  return engine.create_container(name(what), spec, {});
}

void Subject::start_waiting(const std::string& id) {
  engine.start_container(id, {});
  engine.container_logs(id, true, [](std::string_view piece) { return piece != "waiting\n"; }, {});
}

std::string Subject::run(const std::string& what, std::vector<std::string> words) {
  const bool waits = words.front() == "wait";
  const std::string id = create(what, spec(std::move(words)));
  if (waits) {
    start_waiting(id);
  } else {
    engine.start_container(id, {});
  }
  return id;
}

std::string Subject::create_network(const std::string& what, const std::string& prefix_length) {
  for (int attempt = 0; attempt < 64; ++attempt) {
    const int number = ::getpid() * 64 + attempt;  // somebody else may have the first ones
    const std::string first_three = fmt::format("10.{}.{}", 100 + number / 256 % 100, number % 256);
    try {
      engine.create_network({.name = name(what),
                             .subnets = {{.subnet = fmt::format("{}.0/{}", first_three, prefix_length),
                                          .gateway = first_three + ".1"}},
                             .labels = {{"dev.ingot.contract", prefix_}}},
                            {});
      networks_.push_back(name(what));
      return first_three;
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::already_exists) {
        throw;
      }
    }
  }
  FAIL("no free subnet was found");
  return {};
}

std::unique_ptr<Subject> OnFake::open() {
  auto fake = std::make_unique<testing::FakeEngine>();
  fake->add_program({"/probe"}, testing::probe());
  fake->add_program({"/missing"}, nullptr);
  const auto address = fake->address();
  return std::make_unique<Subject>(address, std::move(fake));
}

std::unique_ptr<Subject> OnReal::open() {
  try {
    static_cast<void>(docker::Engine(real_address()).info({}));
  } catch (const base::Error&) {
    return nullptr;
  }
  return std::make_unique<Subject>(real_address(), nullptr);
}

template <typename On>
void on_engine(const std::function<void(Subject&)>& belief) {
  const auto subject = On::open();
  if (subject == nullptr) {
    // Not a word about success: ctest turns this line into "Skipped".
    ++skipped();
    std::cout << "SKIPPED: no real engine answers (DOCKER_HOST or /var/run/docker.sock)\n";
    return;
  }
  belief(*subject);
}

template void on_engine<OnFake>(const std::function<void(Subject&)>& belief);
template void on_engine<OnReal>(const std::function<void(Subject&)>& belief);

std::optional<base::ErrorCode> error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace ingot::contract
