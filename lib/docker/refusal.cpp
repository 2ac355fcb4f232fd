// SPDX-License-Identifier: Apache-2.0
#include "docker/refusal.hpp"

#include "base/text.hpp"
#include "docker/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ingot::docker {

namespace {

using base::ErrorCode;
using base::Failure;

constexpr std::size_t kMaxWords = 2000;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string without_control_characters(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return std::string(base::trim(text));
}

// "Bind for 0.0.0.0:80 failed: port is already allocated", "listen tcp4 0.0.0.0:80: bind: address already in
// use", "failed to bind host port for 127.0.0.1:80:172.17.0.2:80/tcp: address already in use": what follows
// the mark, up to the port.
std::string port_in(std::string_view words) {
  constexpr std::array<std::string_view, 7> kMarks = {"Bind for ",   "listen tcp4 ", "listen tcp6 ",
                                                      "listen tcp ", "listen udp ",  "host port for ",
                                                      "host port "};
  for (const std::string_view mark : kMarks) {
    const std::size_t at = words.find(mark);
    if (at == std::string_view::npos) {
      continue;
    }
    const std::string_view rest = words.substr(at + mark.size());
    const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : 0;
    const std::size_t colon = rest.find(':', std::min(bracket, rest.size()));
    if (colon == std::string_view::npos) {
      continue;
    }
    const std::size_t end = std::min(rest.find_first_not_of("0123456789", colon + 1), rest.size());
    if (end > colon + 1) {
      return std::string(rest.substr(0, end));
    }
  }
  return {};
}

// What the words tell, whatever was asked for; code `internal` stands for nothing known.
struct Meaning {
  ErrorCode code = ErrorCode::internal;
  std::string message;  // instead of the usual one
  std::string remedy;
};

Meaning meaning_of_port(std::string_view words) {
  const std::string port = port_in(words);
  if (!port.empty()) {
    return {.code = ErrorCode::already_exists,
            .message = fmt::format("port {} of this machine is in use", port),
            .remedy = "free the port or choose another"};
  }
  return {.code = ErrorCode::already_exists};
}

Meaning meaning_of(std::string_view words) {
  if (has(words, "port is already allocated") || has(words, "ddress already in use")) {
    return meaning_of_port(words);
  }
  if (has(words, "no space left on device")) {
    return {.code = ErrorCode::environment,
            .message = "the engine's disk is full",
            .remedy = "free space where the engine keeps its data: docker system df shows what takes it"};
  }
  if (has(words, "non-overlapping") || has(words, "address pools have been fully subnetted")) {
    return {.code = ErrorCode::environment,
            .message = "the engine has no free range of addresses for another network",
            .remedy = "remove networks that nobody uses: docker network prune"};
  }
  if (has(words, "Pool overlaps with other")) {
    return {.code = ErrorCode::already_exists};
  }
  if (has(words, "already in use by container") || has(words, "already exists")) {
    return {.code = ErrorCode::already_exists};
  }
  if (has(words, "No such image")) {
    return {.code = ErrorCode::image_missing};
  }
  return {};
}

}  // namespace

std::string words_of(const http::Response& answer) {
  std::string words;
  try {
    const JsonDocument document(answer.body, "a refusal");
    words = document.root().text("message");
  } catch (const base::Error&) {
    words = answer.body;  // of a proxy, or of something that is no engine
  }
  words = without_control_characters(words.substr(0, kMaxWords));
  return words.empty() ? fmt::format("HTTP status {} without a reason", answer.status) : words;
}

Failure to_failure(std::string_view doing, int status, const std::string& words) {
  Meaning meaning = meaning_of(words);
  if (meaning.code == ErrorCode::internal) {
    meaning.code = status == 404 ? ErrorCode::not_found : ErrorCode::engine_refused;
  }
  if (meaning.message.empty()) {
    meaning.message = fmt::format("the engine could not {}", doing);
  }
  return {.code = meaning.code,
          .message = std::move(meaning.message),
          .cause = words,
          .remedy = std::move(meaning.remedy)};
}

Failure to_pull_failure(const std::string& reference, int status, const std::string& words) {
  Failure failure = to_failure(fmt::format("pull image '{}'", reference), status, words);
  if (has(words, "invalid reference format")) {
    failure.code = ErrorCode::invalid_input;
    failure.message = fmt::format("'{}' is not the name of an image", reference);
  } else if (failure.code != ErrorCode::environment) {
    failure.code = ErrorCode::image_missing;
    failure.message = fmt::format("image '{}' cannot be pulled", reference);
    failure.remedy.clear();
  }
  return failure;
}

}  // namespace ingot::docker
