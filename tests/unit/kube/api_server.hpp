// SPDX-License-Identifier: Apache-2.0
// An API server for the tests of lib/kube that answers from a script: per method and target a queue of
// answers, of which the last one stays. What was asked is kept. Talks plain HTTP on 127.0.0.1.
#pragma once

#include "kube/client.hpp"
#include "unit/http/test_server.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ingot::kube_test {

struct Answer {
  std::string status = "200 OK";
  std::string body;
  std::vector<std::string> pieces;  // not empty: a chunked stream of these instead of `body`
  bool hang = false;                // after the pieces: no end until the client goes
};

class ApiServer {
 public:
  ApiServer()
      : server_([this](const http::Received& request, http::Peer& peer) { return serve(request, peer); },
                std::nullopt, true) {}

  // `request`: "GET /api/v1/nodes". A query in it must match as a whole; without one, any query matches.
  void on(const std::string& request, std::vector<Answer> answers);

  [[nodiscard]] std::string url() const { return server_.endpoint().base_url; }
  // "PATCH /path?query" of every request so far, and the bodies and heads beside it.
  [[nodiscard]] std::vector<http::Received> asked() const;
  [[nodiscard]] std::size_t count(const std::string& request) const;

 private:
  bool serve(const http::Received& request, http::Peer& peer);
  Answer next(const http::Received& request);

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Answer>> script_;
  std::vector<http::Received> asked_;
  http::TestServer server_;  // last: its threads use the rest
};

// The body of a Status object.
[[nodiscard]] std::string status(int code, const std::string& reason, const std::string& message);

// A line of a watch.
[[nodiscard]] std::string event(const std::string& type, const std::string& name, int version);

}  // namespace ingot::kube_test
