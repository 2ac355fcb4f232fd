// SPDX-License-Identifier: Apache-2.0
// One engine's HTTP API: puts the negotiated version before every path, turns what goes wrong below HTTP and
// what the engine refuses into our errors. The typed calls of Engine are written on top. Safe from several
// threads.
#pragma once

#include "docker/engine.hpp"
#include "http/client.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot::docker {

// Long enough for an engine under load to answer a question.
inline constexpr std::chrono::milliseconds kQuickLimit{60'000};
// Creating, starting and removing: thirty at once on a slow disk take their time, and nothing moves
// meanwhile.
inline constexpr std::chrono::milliseconds kSlowLimit{600'000};
inline constexpr std::chrono::milliseconds kNoLimit{0};

struct ApiCall {
  std::string doing;  // completes "the engine could not ...", for errors
  std::string method = "GET";
  std::string path;  // encoded, without version: "/containers/json"
  std::vector<std::pair<std::string, std::string>> query;
  std::string json;  // body
  int version = 0;   // 48 asks in API 1.48, which speaks() must have allowed; 0: in the negotiated one
  std::chrono::milliseconds idle_limit = kQuickLimit;
};

class Api {
 public:
  explicit Api(const EngineAddress& address);

  // "1.45": the highest version that both sides know. Asks once.
  [[nodiscard]] std::string version(const std::stop_token& stop);

  // Whether the engine knows API 1.`minor`, also when that is newer than the negotiated one.
  [[nodiscard]] bool speaks(int minor, const std::stop_token& stop);

  // Any status comes back.
  [[nodiscard]] http::Response ask(const ApiCall& call, const std::stop_token& stop);
  // A refusal is thrown; nothing for a 404 (what was asked about is not there).
  [[nodiscard]] std::optional<http::Response> look_up(const ApiCall& call, const std::stop_token& stop);
  // A refusal is thrown, a 404 too.
  http::Response require(const ApiCall& call, const std::stop_token& stop);
  // A tar goes out, or a body comes in piece by piece.
  http::Response upload(const ApiCall& call, std::string_view tar, const std::stop_token& stop);
  http::Response upload(const ApiCall& call, const http::BodySource& tar, const std::stop_token& stop);
  [[nodiscard]] http::Response stream(const ApiCall& call, const http::BodySink& sink,
                                      const std::stop_token& stop);
  // Never null: a refusal is thrown.
  [[nodiscard]] std::unique_ptr<http::Hijacked> hijack(const ApiCall& call, const std::stop_token& stop);

 private:
  [[nodiscard]] int engine_version(const std::stop_token& stop);
  [[nodiscard]] http::Request to_request(const ApiCall& call, const std::stop_token& stop);
  [[nodiscard]] int negotiate(const std::stop_token& stop);
  http::Response send_tar(const ApiCall& call, http::Request request, const std::stop_token& stop);
  template <typename Work>
  auto reworded(Work&& work) const -> decltype(work());

  std::string host_;  // as the user wrote it
  http::Client client_;
  std::mutex mutex_;
  std::optional<int> engine_version_;
};

// Throws unless the status says success (or "it is so already": 304).
void check_answer(const ApiCall& call, const http::Response& answer);

// Names stay as they are; a full id is cut to the twelve digits that the docker CLI shows.
[[nodiscard]] std::string shown(const std::string& id_or_name);

// {"label":["a","b=c"]}, as the value of "filters".
[[nodiscard]] std::string label_filter(const std::vector<std::string>& labels);

// "/containers/" + the encoded id + `rest`. Error{internal} for an empty id: the path would mean something
// else.
[[nodiscard]] std::string item_path(std::string_view collection, std::string_view id, std::string_view rest);

}  // namespace ingot::docker
