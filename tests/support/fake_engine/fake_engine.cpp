// SPDX-License-Identifier: Apache-2.0
#include "support/fake_engine/fake_engine.hpp"

#include "support/fake_engine/impl.hpp"
#include "support/fake_engine/processes.hpp"

#include <csignal>

namespace ingot::testing {

namespace {

Image to_image(const FakeImage& fake) {
  Image image{.tags = {full_reference(fake.reference)},
              .labels = fake.labels,
              .entrypoint = fake.entrypoint,
              .command = fake.command,
              .env = fake.env,
              .layers = fake.layers,
              .archive = fake.archive};
  for (const auto& [path, content] : fake.files) {
    image.files.write(normal_path(path), content);
  }
  return image;
}

}  // namespace

std::size_t FakeEngine::Impl::record(const Exchange& exchange, const std::string& path) {
  const Request& request = exchange.request();
  const std::scoped_lock lock(requests_mutex);
  requests.push_back({.number = requests.size() + 1,
                      .method = request.method,
                      .path = path,
                      .query = request.query,
                      .body = request.body});
  return requests.size() - 1;
}

void FakeEngine::Impl::obey(Exchange& exchange, const VersionedPath& path, const Faults::Verdict& verdict) {
  for (const auto& act : verdict.before) {
    act();
  }
  if (verdict.hold != nullptr) {
    {
      const std::scoped_lock lock(verdict.hold->mutex_);
      verdict.hold->is_held_ = true;
    }
    verdict.hold->bell_.ring();
    if (!exchange.wait(verdict.hold->bell_, verdict.hold->mutex_,
                       [&] { return verdict.hold->is_released_; })) {
      return;
    }
  }
  if (verdict.dies) {
    server->die();
    return;
  }
  if (verdict.cut_after) {
    exchange.cut_after(*verdict.cut_after);
  }
  if (verdict.answer) {
    exchange.answer({.status = verdict.answer->status, .body = verdict.answer->body});
    return;
  }
  route(state, exchange, path);
}

void FakeEngine::Impl::handle(Exchange& exchange) {
  const VersionedPath path = split_version(exchange.request().path);
  std::unique_lock arrival(arrival_mutex);
  const std::size_t index = record(exchange, path.path);
  const auto verdict = faults.judge(exchange.request().method, path.path);
  arrival.unlock();
  exchange.on_answer([this, index](int status) {
    const std::scoped_lock lock(requests_mutex);
    requests[index].status = status;
  });
  obey(exchange, path, verdict);
}

void FakeEngine::Impl::end_processes() {
  const std::scoped_lock lock(state.mutex);
  for (const auto& container : state.containers) {
    if (container->main != nullptr) {
      send_signal(state, *container->main, SIGKILL);
    }
  }
  for (const auto& [id, exec] : state.execs) {
    if (exec->run != nullptr) {
      send_signal(state, *exec->run, SIGKILL);
    }
  }
}

FakeEngine::FakeEngine() : impl_(std::make_unique<Impl>()) {
  add_predefined_networks(impl_->state);
  impl_->server.emplace(bind_unix(impl_->folder / "engine.sock"),
                        [impl = impl_.get()](Exchange& exchange) { impl->handle(exchange); });
  impl_->artifact.emplace("engine-requests.txt", [this] { return report(); });
}

FakeEngine::~FakeEngine() {
  impl_->artifact.reset();
  impl_->faults.clear();
  impl_->server->die();
  impl_->end_processes();
  impl_->server.reset();
  impl_->end_processes();  // one may have started at the last moment
  for (std::thread& thread : impl_->state.threads) {
    thread.join();
  }
}

docker::EngineAddress FakeEngine::address() const {
  return {.host = "unix://" + impl_->folder / "engine.sock"};
}

Faults& FakeEngine::faults() {
  return impl_->faults;
}

void FakeEngine::add_image(const FakeImage& fake) {
  Image image = to_image(fake);
  const std::scoped_lock lock(impl_->state.mutex);
  image.id = "sha256:" + impl_->state.new_id();
  impl_->state.images[image.id] = std::move(image);
}

void FakeEngine::add_to_registry(const FakeImage& fake) {
  const std::scoped_lock lock(impl_->state.mutex);
  impl_->state.registry[full_reference(fake.reference)] = to_image(fake);
}

void FakeEngine::add_program(Choice choice, Program program) {
  const std::scoped_lock lock(impl_->state.mutex);
  impl_->state.programs.add(std::move(choice), std::move(program));
}

void FakeEngine::add_program(std::vector<std::string> first_words, Program program) {
  const std::scoped_lock lock(impl_->state.mutex);
  impl_->state.programs.add(std::move(first_words), std::move(program));
}

void FakeEngine::die() {
  impl_->server->die();
}

}  // namespace ingot::testing
