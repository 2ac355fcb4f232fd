// SPDX-License-Identifier: Apache-2.0
// libcurl's handles with owners, and the settings that every handle of one endpoint shares. CURL and CURLM
// are both void in curl.h, so the header does not need it. A handle belongs to one thread at a time.
#pragma once

#include "http/client.hpp"

#include <memory>
#include <string>

struct curl_slist;

namespace ingot::http {

struct EasyCloser {
  void operator()(void* easy) const noexcept;
};
struct MultiCloser {
  void operator()(void* multi) const noexcept;
};
struct ListCloser {
  void operator()(curl_slist* list) const noexcept;
};
using EasyHandle = std::unique_ptr<void, EasyCloser>;
using MultiHandle = std::unique_ptr<void, MultiCloser>;
using StringList = std::unique_ptr<curl_slist, ListCloser>;

// Each prepares libcurl on first use.
[[nodiscard]] EasyHandle make_easy();
[[nodiscard]] MultiHandle make_multi();

void append(StringList& list, const std::string& text);

// Where to connect when the URL names the server differently (see Tls::server_name); usually empty.
[[nodiscard]] StringList connect_to(const Endpoint& endpoint);

// Socket, TLS, proxies, protocols. Both arguments are borrowed until the handle is reset or closed.
void apply_endpoint(void* easy, const Endpoint& endpoint, const StringList& connect_to);

// The URL to ask for; its host is the name expected in the certificate, when one is given.
[[nodiscard]] std::string url_of(const Endpoint& endpoint, const std::string& target);

// "127.0.0.1:6443", for a Host header.
[[nodiscard]] std::string authority_of(const Endpoint& endpoint);

// "/var/run/docker.sock" or "https://127.0.0.1:6443", for error texts.
[[nodiscard]] std::string name_of(const Endpoint& endpoint);

}  // namespace ingot::http
