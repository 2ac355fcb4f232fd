// SPDX-License-Identifier: Apache-2.0
// One call of the engine's API on its way from the router to a handler. Internal to the fake engine.
#pragma once

#include "base/error.hpp"
#include "support/fake_engine/state.hpp"
#include "support/wire/exchange.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ingot::testing {

// The engine's answer to what it will not do.
class Refusal : public base::Error {
 public:
  Refusal(int status, const std::string& words)
      : Error(base::ErrorCode::engine_refused, words), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

struct Call {
  State& state;
  Exchange& exchange;
  std::vector<std::string> names;  // from the path, decoded: {"abc"} of /containers/abc/json
  int api_minor = 45;

  [[nodiscard]] const std::string& name() const { return names.front(); }
  [[nodiscard]] std::string query(const std::string& key, const std::string& otherwise = {}) const;
  // Go's idea of true: anything but "", "0", "no", "false", "none".
  [[nodiscard]] bool flag(const std::string& key) const;
  // The body, which must be an object with no members but these; refusal 400 otherwise.
  [[nodiscard]] Json object(const std::vector<std::string>& members) const;
};

using Texts = std::vector<std::string>;

// Null when there is no such member, or when `object` is null itself.
[[nodiscard]] const Json& member(const Json& object, const char* key);

// Absent and null are the same to Go.
template <typename Value>
[[nodiscard]] Value value_or(const Json& object, const char* key, Value otherwise) {
  const Json& value = member(object, key);
  return value.is_null() ? otherwise : value.get<Value>();
}

// Refusal 400 when `object` has a member that is not in `members`: either a slip of ours or a part of the API
// that the fake has to learn first.
void require_members(const Json& object, const std::vector<std::string>& members, const std::string& where);

[[nodiscard]] Reply to_reply(int status, const Json& json);

// "label" of the query's "filters", as {"label":["a=b"]} or {"label":{"a=b":true}}. Other filters are
// refused.
[[nodiscard]] std::vector<std::string> label_filter(const Call& call);
[[nodiscard]] bool carries(const std::map<std::string, std::string>& labels,
                           const std::vector<std::string>& wanted);

// Handlers, by noun. Each answers the exchange, or throws Refusal.
void get_info(Call& call);
void get_version(Call& call);
void get_events(Call& call);

void list_images(Call& call);
void inspect_image(Call& call);
void create_image(Call& call);
void remove_image(Call& call);
void export_images(Call& call);

void list_networks(Call& call);
void inspect_network(Call& call);
void create_network(Call& call);
void remove_network(Call& call);

void list_volumes(Call& call);
void inspect_volume(Call& call);
void create_volume(Call& call);
void remove_volume(Call& call);

void list_containers(Call& call);
void inspect_container(Call& call);
void create_container(Call& call);
void start_container(Call& call);
void stop_container(Call& call);
void kill_container(Call& call);
void update_container(Call& call);
void pause_container(Call& call);
void unpause_container(Call& call);
void wait_container(Call& call);
void remove_container(Call& call);
void get_logs(Call& call);
void get_stats(Call& call);
void get_archive(Call& call);
void put_archive(Call& call);

void create_exec(Call& call);
void start_exec(Call& call);
void inspect_exec(Call& call);
void resize_exec(Call& call);

}  // namespace ingot::testing
