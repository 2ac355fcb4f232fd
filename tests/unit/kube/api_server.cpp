// SPDX-License-Identifier: Apache-2.0
#include "api_server.hpp"

#include <fmt/format.h>

namespace ingot::kube_test {

void ApiServer::on(const std::string& request, std::vector<Answer> answers) {
  const std::scoped_lock lock(mutex_);
  script_[request] = {answers.begin(), answers.end()};
}

std::vector<http::Received> ApiServer::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

std::size_t ApiServer::count(const std::string& request) const {
  std::size_t found = 0;
  for (const http::Received& one : asked()) {
    found += (one.method + ' ' + one.target).starts_with(request) ? 1U : 0U;
  }
  return found;
}

Answer ApiServer::next(const http::Received& request) {
  const std::scoped_lock lock(mutex_);
  asked_.push_back(request);
  const std::string whole = request.method + ' ' + request.target;
  auto found = script_.find(whole);
  if (found == script_.end()) {
    found = script_.find(whole.substr(0, whole.find('?')));
  }
  if (found == script_.end()) {
    return {.status = "404 Not Found", .body = status(404, "NotFound", "no script for " + whole)};
  }
  const Answer answer = found->second.front();
  if (found->second.size() > 1) {
    found->second.pop_front();
  }
  return answer;
}

bool ApiServer::serve(const http::Received& request, http::Peer& peer) {
  const Answer answer = next(request);
  if (answer.pieces.empty() && !answer.hang) {
    return peer.send(http::to_answer(answer.status, answer.body));
  }
  if (!peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")) {
    return false;
  }
  for (const std::string& piece : answer.pieces) {
    if (!peer.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece))) {
      return false;
    }
  }
  if (answer.hang) {
    (void)peer.receive();  // ends when the client goes
    return false;
  }
  return peer.send("0\r\n\r\n");
}

std::string status(int code, const std::string& reason, const std::string& message) {
  return fmt::format(
      R"({{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{}","message":"{}","code":{}}})",
      reason, message, code);
}

std::string event(const std::string& type, const std::string& name, int version) {
  return fmt::format(R"({{"type":"{}","object":{{"metadata":{{"name":"{}","resourceVersion":"{}"}}}}}})",
                     type, name, version) +
         '\n';
}

}  // namespace ingot::kube_test
