// SPDX-License-Identifier: Apache-2.0
#include "kube/answer.hpp"

#include "base/text.hpp"
#include "kube/client.hpp"
#include "kube/text_in.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace ingot::kube {

namespace {

using base::Error;
using base::ErrorCode;
using base::Failure;
using nlohmann::json;

constexpr std::string_view kPrefix = "HTTP ";

ErrorCode code_of(int status, const std::string& reason) {
  if (status == 404) {
    return ErrorCode::not_found;
  }
  return status == 409 && reason == "AlreadyExists" ? ErrorCode::already_exists : ErrorCode::cluster_refused;
}

// "spec.replicas: Invalid value: ..." for each field the server complains about.
std::vector<std::string> problems_of(const json& status) {
  std::vector<std::string> problems;
  const json details = status.is_object() ? status.value("details", json()) : json();
  const json causes = details.is_object() ? details.value("causes", json()) : json();
  if (!causes.is_array()) {
    return problems;
  }
  for (const json& cause : causes) {
    const std::string field = text_in(cause, "field");
    problems.push_back(field.empty() ? text_in(cause, "message") : field + ": " + text_in(cause, "message"));
  }
  return problems;
}

// What a proxy or an old path says in plain text, in one short line.
std::string plain_words(const std::string& body) {
  constexpr std::size_t kMost = 300;
  std::string text(base::trim(body.substr(0, kMost)));
  for (char& c : text) {
    c = static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return text;
}

int status_in(const std::string& cause) {
  int status = 0;
  if (cause.starts_with(kPrefix)) {
    std::from_chars(cause.data() + kPrefix.size(), cause.data() + cause.size(), status);
  }
  return status;
}

// libcurl has one code for "not trusted" and for a connection that ends during the handshake, which is what a
// port that is published but not yet listened on does.
bool is_distrust(const http::TransportError& error) {
  const std::string& cause = error.failure().cause;
  return error.fault() == http::Fault::tls &&
         (cause.find("certificate") != std::string::npos || cause.find("alert") != std::string::npos);
}

}  // namespace

json parse_object(const std::string& body, const std::string& doing) {
  json object = json::parse(body, nullptr, false);
  if (!object.is_object()) {
    throw Error(ErrorCode::untrusted, "cannot " + doing, "the API server's answer is not a JSON object");
  }
  return object;
}

Error refusal(const http::Response& response, const std::string& doing) {
  const json status = json::parse(response.body, nullptr, false);
  std::vector<std::string> problems = problems_of(status);
  std::string words = text_in(status, "message");
  if (words.empty()) {
    words = plain_words(response.body);
  } else if (!problems.empty()) {
    words.resize(std::min(words.find(": "), words.size()));  // the rest repeats the problems
  }
  return Error(Failure{.code = code_of(response.status, text_in(status, "reason")),
                       .message = "cannot " + doing,
                       .cause = fmt::format("{}{}: {}", kPrefix, response.status, words),
                       .problems = std::move(problems)});
}

Error unreachable(const http::TransportError& error, const std::string& server) {
  if (is_distrust(error)) {
    return Error(ErrorCode::untrusted,
                 "the API server at " + server + " cannot be trusted, or does not trust us",
                 error.failure().cause);
  }
  return Error(ErrorCode::cluster_unreachable, "the API server at " + server + " does not answer",
               error.failure().cause);
}

bool is_starting_up(const Error& error) {
  if (error.code() == ErrorCode::cluster_unreachable) {
    return true;
  }
  const int status = error.code() == ErrorCode::cluster_refused ? status_in(error.failure().cause) : 0;
  return status == 403 || status == 429 || status >= 500;
}

}  // namespace ingot::kube
